//! A config.json with other hooks.

use super::document::Document;
use super::node::Kind;
use crate::error::Error;
use crate::hooks::Hooks;

/// Puts hooks in the place of a config's own; all else stays, byte for byte. A config that has no `hooks` gets them as its last
/// member, unless there are none. Callbacks are left out.
///
/// ```
/// # fn main() -> Result<(), ocihooks::Error> {
/// let mut hooks = ocihooks::json::parse_config(b"{}")?;
/// hooks.add("poststop", ocihooks::Hook::Command(ocihooks::Command::new("/bin/true")))?;
/// let config = ocihooks::json::set_config_hooks(br#"{"hooks": null, "x": 1.50}"#, &hooks)?;
/// assert_eq!(config, r#"{"hooks": {"poststop":[{"path":"/bin/true"}]}, "x": 1.50}"#);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidJson`; `InvalidConfig` where the config is no object, or has a key twice.
pub fn set_config_hooks(config: &[u8], hooks: &Hooks) -> Result<String, Error> {
    let document = Document::new(config)?;
    let root = document.root()?;
    let invalid = |violation: crate::violation::Violation| Error::InvalidConfig(violation.into());
    if root.kind() != Kind::Object {
        return Err(invalid(document.violation(root, "", super::NO_OBJECT)));
    }
    let members = document.members(root)?;
    if let Some(violation) = document.duplicate(&members, "") {
        return Err(invalid(violation));
    }
    let text = document.text();
    let written = super::to_string(hooks);
    if let Some((_, own)) = members.iter().find(|(key, _)| key == "hooks") {
        let (start, end) = document.range(*own);
        return Ok(format!("{}{written}{}", &text[..start], &text[end..]));
    }
    if written == "{}" {
        return Ok(text.to_owned());
    }
    let separator = if members.is_empty() { "" } else { "," };
    // Behind the last value, or where the object begins.
    let place = members.last().map_or(document.range(root).0 + 1, |(_, last)| document.range(*last).1);
    Ok(format!("{}{separator}\"hooks\":{written}{}", &text[..place], &text[place..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::{Command, Hook};

    fn set(config: &str) -> String {
        let mut hooks = Hooks::new();
        hooks.add("poststop", Hook::Command(Command::new("/a"))).expect("a hook");
        set_config_hooks(config.as_bytes(), &hooks).expect("a config")
    }

    #[test]
    fn all_else_stays_byte_for_byte() {
        let hooks = "{\"poststop\":[{\"path\":\"/a\"}]}";
        for (config, expected) in [
            ("{}", format!("{{\"hooks\":{hooks}}}")),
            (" {\n} ", format!(" {{\"hooks\":{hooks}\n}} ")),
            ("{\"a\": 1.0 }\n", format!("{{\"a\": 1.0,\"hooks\":{hooks} }}\n")),
            ("{\"\\u0068ooks\" : {\"x\": [ ]} ,\"b\":2}", format!("{{\"\\u0068ooks\" : {hooks} ,\"b\":2}}")),
        ] {
            assert_eq!(set(config), expected);
        }
        let none = Hooks::new();
        let same = " { \"a\" : [] } ";
        assert_eq!(set_config_hooks(same.as_bytes(), &none).expect("a config"), same);
        assert_eq!(
            set_config_hooks(b"{\"hooks\":{\"poststop\":[]}}", &none).expect("a config"),
            "{\"hooks\":{}}"
        );
    }

    #[test]
    fn what_is_no_config_is_refused() {
        let refused =
            |config: &str| set_config_hooks(config.as_bytes(), &Hooks::new()).expect_err("refused").code();
        use crate::error::Code::{InvalidConfig, InvalidJson};
        assert_eq!(
            ["[]", "{\"a\":1,\"a\":2}", "{", ""].map(refused),
            [InvalidConfig, InvalidConfig, InvalidJson, InvalidJson]
        );
    }
}
