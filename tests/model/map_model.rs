//! The model of a hook map: a list of names in order of arrival, each with its value.

use ocihooks::Code;

use crate::map::{Entry, Fields, Form, Member, Operation};

/// In the order of the lifecycle.
pub const KNOWN: [&str; 6] =
    ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

#[derive(Debug, Clone, Default)]
pub struct Model(Vec<(String, Member)>);

/// Performs an operation, and returns its expected code.
pub fn perform(models: &mut [Model; 2], operation: &Operation) -> Code {
    let (map, result) = match operation {
        Operation::New(map) => (*map, Ok(Model::default())),
        Operation::Parse(map, members, form) => (*map, Model::parsed(members, *form)),
        Operation::Clone { into, from } => (*into, Ok(models[*from].clone())),
        Operation::Rewrite(map, _) => (*map, Ok(models[*map].rewritten())),
        Operation::Merge { into, from } => (*into, models[*into].merged(&models[*from])),
        Operation::Add(map, name, entry) => (*map, models[*map].with(name, entry)),
    };
    match result {
        Ok(model) => {
            models[map] = model;
            Code::Ok
        }
        Err(code) => code,
    }
}

impl Model {
    fn find(&self, name: &str) -> Option<&Member> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, member)| member)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    fn with(&self, name: &str, entry: &Entry) -> Result<Self, Code> {
        let valid = valid(entry);
        // The type has no timeout that is out of bounds.
        if let Entry::Command(Fields { timeout: Some(seconds), .. }) = entry {
            if !TIMEOUTS.contains(seconds) {
                return Err(Code::InvalidHooks);
            }
        }
        if name.is_empty() || matches!(self.find(name), Some(Member::Value(_))) {
            return Err(Code::InvalidArgument);
        }
        if !valid {
            return Err(Code::InvalidHooks);
        }
        let one = Self(vec![(name.to_owned(), Member::List(vec![entry.clone()]))]);
        self.merged(&one)
    }

    fn merged(&self, other: &Self) -> Result<Self, Code> {
        let mut merged = self.clone();
        for (name, theirs) in &other.0 {
            match (merged.0.iter_mut().find(|(mine, _)| mine == name).map(|(_, member)| member), theirs) {
                (None, _) => merged.0.push((name.clone(), theirs.clone())),
                (Some(Member::List(mine)), Member::List(theirs)) => mine.extend_from_slice(theirs),
                (Some(mine), theirs) if mine == theirs => {}
                _ => return Err(Code::InvalidArgument),
            }
        }
        Ok(merged)
    }

    fn parsed(members: &[(String, Member)], form: Form) -> Result<Self, Code> {
        let mut model = Self::default();
        for (name, member) in members {
            let known = KNOWN.contains(&name.as_str());
            if model.find(name).is_some() {
                return Err(Code::InvalidHooks);
            }
            let member = match member {
                Member::List(list) if list.iter().all(valid) => member.clone(),
                Member::Value(text) if known && text == "null" => Member::List(Vec::new()),
                _ if known => return Err(Code::InvalidHooks),
                // Unknown members are kept, whatever they are.
                member => Member::Value(value(member, form)),
            };
            model.0.push((name.clone(), member));
        }
        Ok(model)
    }

    /// The map after it was written and read: everything but callbacks.
    fn rewritten(&self) -> Self {
        let mut model = self.clone();
        for (_, member) in &mut model.0 {
            if let Member::List(list) = member {
                list.retain(|entry| *entry != Entry::Callback);
            }
        }
        model
    }

    fn list(&self, name: &str) -> Option<&[Entry]> {
        match self.find(name) {
            Some(Member::List(list)) => Some(list),
            None if KNOWN.contains(&name) => Some(&[]),
            _ => None,
        }
    }

    pub fn count(&self, name: &str) -> usize {
        self.list(name).map_or(0, <[Entry]>::len)
    }

    /// The hooks of a name, field by field.
    pub fn shown(&self, name: &str) -> String {
        let shown = |entry: &Entry| match entry {
            Entry::Callback => "callback".to_owned(),
            Entry::Command(one) => fields(&one.path, one.args.as_deref(), one.env.as_deref(), one.timeout),
        };
        format!("{:?}", self.list(name).map(|list| list.iter().map(shown).collect::<Vec<_>>()))
    }

    /// The written text: known names in their order, then the others in theirs. Known names without a command
    /// are left out, or `null` in libcontainer's form.
    pub fn text(&self, form: Form) -> String {
        let mut members = Vec::new();
        let written = self.rewritten();
        for name in KNOWN {
            match (written.list(name), form) {
                (Some([]), Form::Libcontainer) => {
                    members.push((name.to_owned(), Member::Value("null".into())))
                }
                (Some([]) | None, _) => {}
                (Some(list), _) => members.push((name.to_owned(), Member::List(list.to_vec()))),
            }
        }
        members.extend(written.0.into_iter().filter(|(name, _)| !KNOWN.contains(&name.as_str())));
        object(&members, form)
    }
}

const TIMEOUTS: std::ops::RangeInclusive<u64> = 1..=(1 << 31) - 1;

fn valid(entry: &Entry) -> bool {
    let Entry::Command(command) = entry else { return true };
    let texts = command.args.iter().chain(&command.env).flatten();
    command.path.starts_with('/')
        && texts.chain([&command.path]).all(|text| !text.contains('\0'))
        && command.timeout.is_none_or(|seconds| TIMEOUTS.contains(&seconds))
}

/// More properties than the library's first reader takes.
const MANY: usize = 25;

/// The text of a command for comparisons.
pub fn fields(path: &str, args: Option<&[String]>, env: Option<&[String]>, timeout: Option<u64>) -> String {
    format!("{path:?} {args:?} {env:?} {timeout:?}")
}

/// A document with these members.
pub fn document(members: &[(String, Member)], form: Form) -> String {
    let hooks = object(members, form);
    match form {
        Form::Config => format!("{{\"ociVersion\":\"1.2.0\",\"hooks\":{hooks},\"x\":[{{}}]}}"),
        Form::Hooks | Form::Libcontainer => hooks,
    }
}

fn object(members: &[(String, Member)], form: Form) -> String {
    let members = members.iter().map(|(name, member)| format!("{}:{}", string(name), value(member, form)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn value(member: &Member, form: Form) -> String {
    match member {
        Member::Value(text) => text.clone(),
        Member::List(list) => {
            let commands = list.iter().filter_map(|entry| match entry {
                Entry::Callback => None,
                Entry::Command(fields) => Some(command(fields, form)),
            });
            format!("[{}]", commands.collect::<Vec<_>>().join(","))
        }
    }
}

/// The spec's form leaves out absent properties, and libcontainer's has `null` for them.
fn command(fields: &Fields, form: Form) -> String {
    let all = form == Form::Libcontainer;
    let mut members = vec![format!("\"path\":{}", string(&fields.path))];
    let mut put = |key: &str, value: Option<String>| match value {
        Some(value) => members.push(format!("\"{key}\":{value}")),
        None if all => members.push(format!("\"{key}\":null")),
        None => {}
    };
    let strings = |list: &Vec<String>| {
        format!("[{}]", list.iter().map(|text| string(text)).collect::<Vec<_>>().join(","))
    };
    put("args", fields.args.as_ref().map(strings));
    put("env", fields.env.as_ref().map(strings));
    if all {
        put("dir", Some("\"\"".into()));
    }
    let timeout = |seconds: u64| {
        if all { format!("{}", u128::from(seconds) * 1_000_000_000) } else { seconds.to_string() }
    };
    put("timeout", fields.timeout.map(timeout));
    if let Some(note) = &fields.note {
        put("x-note", Some(note.clone()));
    }
    for number in 0..if fields.many { MANY } else { 0 } {
        put(&format!("x-{number}"), Some(number.to_string()));
    }
    format!("{{{}}}", members.join(","))
}

fn string(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}
