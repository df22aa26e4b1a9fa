//! Hook maps: random lists of operations on two maps. `map_model` predicts each by a list of names.

use ocihooks::{Callback, Code, Command, Hook, Hooks, Timeout, json};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;

use crate::map_model::{self, KNOWN, Model};

/// An operation on one of the two maps, or on both.
#[derive(Debug, Clone)]
pub enum Operation {
    New(usize),
    /// Reads a document that the model writes, in any of the forms.
    Parse(usize, Vec<(String, Member)>, Form),
    Add(usize, String, Entry),
    Merge {
        into: usize,
        from: usize,
    },
    Clone {
        into: usize,
        from: usize,
    },
    /// Writes a map, reads it back, and replaces it.
    Rewrite(usize, Form),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    Hooks,
    Config,
    Libcontainer,
}

/// The value of a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    List(Vec<Entry>),
    /// Compact JSON that is not a list of hooks.
    Value(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Callback,
    Command(Fields),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    pub path: String,
    pub args: Option<Vec<String>>,
    pub env: Option<Vec<String>>,
    /// In seconds.
    pub timeout: Option<u64>,
    /// An unknown property.
    pub note: Option<String>,
    /// Whether there are many more properties: the library's first reader leaves such hooks to the second.
    pub many: bool,
}

const OWN_NAMES: [&str; 5] = ["x-own", "Prestart", "a/b~c", "hooks", ""];
const PATHS: [&str; 6] = ["/bin/true", "/a \"b\"", "/ä\n", "", "relative", "/nul\0"];
const VALUES: [&str; 7] = [
    "1.50",
    "{\"path\":[null,\"\\u00e4\"]}",
    "[{\"path\":\"relative\"}]",
    "\"text\"",
    "null",
    "[1,2]",
    "[{}]",
];

/// A list of operations.
pub fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let map = || 0..2_usize;
    let form = || select(&[Form::Hooks, Form::Config, Form::Libcontainer][..]);
    let operation = prop_oneof![
        1 => map().prop_map(Operation::New),
        4 => (map(), members(), form()).prop_map(|(map, members, form)| Operation::Parse(map, members, form)),
        8 => (map(), name(), entry()).prop_map(|(map, name, entry)| Operation::Add(map, name, entry)),
        5 => (map(), map()).prop_map(|(into, from)| Operation::Merge { into, from }),
        1 => (map(), map()).prop_map(|(into, from)| Operation::Clone { into, from }),
        1 => (map(), form()).prop_map(|(map, form)| Operation::Rewrite(map, form)),
    ];
    vec(operation, 0..20)
}

fn members() -> impl Strategy<Value = Vec<(String, Member)>> {
    let member = prop_oneof![
        4 => vec(command().prop_map(Entry::Command), 0..3).prop_map(Member::List),
        3 => select(&VALUES[..]).prop_map(|text| Member::Value(text.to_owned())),
    ];
    // The library reads more than 24 members by its second reader.
    let count = prop_oneof![9 => 0..4_usize, 1 => 22..28_usize];
    count.prop_flat_map(move |count| vec((name(), member.clone()), count))
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&KNOWN[..]).prop_map(str::to_owned),
        2 => Just(OWN_NAMES[0].to_owned()),
        4 => select(&OWN_NAMES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let added = command().prop_map(|command| Entry::Command(Fields { note: None, many: false, ..command }));
    prop_oneof![1 => Just(Entry::Callback), 4 => added]
}

fn command() -> impl Strategy<Value = Fields> {
    let text = || prop_oneof![8 => select(&["", "a=b", "\"\\", "ä\u{1}"][..]).prop_map(str::to_owned), 1 => any::<String>()];
    let path = prop_oneof![
        9 => select(&PATHS[..3]).prop_map(str::to_owned),
        1 => select(&PATHS[..]).prop_map(str::to_owned),
        2 => any::<String>().prop_map(|text| format!("/{text}")),
    ];
    // Every timeout that is too long in seconds is too long in nanoseconds as well. Otherwise a list that was
    // kept as a value would turn into hooks.
    let timeout = prop_oneof![9 => 1..100_u64, 1 => select(&[0, 1, (1 << 31) - 1, u64::MAX][..])];
    let note =
        select(&["1e400", "[\"a\",null]", "\"\\ud800\"", "{\"a\":1,\"a\":2}"][..]).prop_map(str::to_owned);
    let many = weighted(0.05, Just(())).prop_map(|many| many.is_some());
    (path, of(vec(text(), 0..3)), of(vec(text(), 0..3)), of(timeout), of(note), many)
        .prop_map(|(path, args, env, timeout, note, many)| Fields { path, args, env, timeout, note, many })
}

/// Performs the operations with the library and with the model, and compares after each.
pub fn check(operations: &[Operation]) -> Result<(), String> {
    let mut maps = [Hooks::new(), Hooks::new()];
    let mut models = [Model::default(), Model::default()];
    for (place, operation) in operations.iter().enumerate() {
        let at = |what: String| format!("operation {place}, {operation:?}: {what}");
        let expected = map_model::perform(&mut models, operation);
        let came = perform(&mut maps, operation);
        if expected != came {
            return Err(at(format!("expected {expected:?}, got {came:?}")));
        }
        for (map, model) in maps.iter().zip(&models) {
            compare(map, model).map_err(at)?;
        }
    }
    Ok(())
}

fn perform(maps: &mut [Hooks; 2], operation: &Operation) -> Code {
    let result = match operation {
        Operation::New(map) => Ok((*map, Hooks::new())),
        Operation::Parse(map, members, form) => {
            read(&map_model::document(members, *form), *form).map(|read| (*map, read))
        }
        Operation::Clone { into, from } => Ok((*into, maps[*from].clone())),
        Operation::Rewrite(map, form) => read(&written(&maps[*map], *form), *form).map(|read| (*map, read)),
        Operation::Merge { into, from } => {
            let other = maps[*from].clone();
            maps[*into].merge(&other).map(|()| (*into, maps[*into].clone()))
        }
        Operation::Add(map, name, entry) => match hook(entry) {
            None => return Code::InvalidHooks, // the type has no such timeout
            Some(hook) => maps[*map].add(name, hook).map(|()| (*map, maps[*map].clone())),
        },
    };
    match result {
        Ok((map, hooks)) => {
            maps[map] = hooks;
            Code::Ok
        }
        Err(error) => error.code(),
    }
}

fn hook(entry: &Entry) -> Option<Hook> {
    let Entry::Command(fields) = entry else { return Some(Hook::Callback(Callback::new(|_| Ok(())))) };
    let mut command = Command::new(fields.path.clone());
    (command.args, command.env) = (fields.args.clone(), fields.env.clone());
    if let Some(seconds) = fields.timeout {
        command.timeout = Some(Timeout::from_seconds(i64::try_from(seconds).ok()?).ok()?);
    }
    Some(Hook::Command(command))
}

fn read(text: &str, form: Form) -> Result<Hooks, ocihooks::Error> {
    match form {
        Form::Hooks => json::parse(text.as_bytes()),
        Form::Config => json::parse_config(text.as_bytes()),
        Form::Libcontainer => json::read(json::Form::Libcontainer, json::Mode::Strict, text.as_bytes()),
    }
}

fn written(hooks: &Hooks, form: Form) -> String {
    match form {
        Form::Hooks => json::to_string(hooks),
        Form::Config => format!("{{\"hooks\": {}}}", json::to_string(hooks)),
        Form::Libcontainer => json::to_libcontainer(hooks),
    }
}

/// Compares everything that a map returns, its written text in both forms, and the text that is read back
/// from them.
fn compare(map: &Hooks, model: &Model) -> Result<(), String> {
    let same = |what: &str, expected: &str, got: &str| {
        if expected == got {
            Ok(())
        } else {
            Err(format!("{what}:\n    expected {expected}\n    got      {got}"))
        }
    };
    for name in KNOWN.into_iter().chain(OWN_NAMES).chain(model.names()) {
        same(name, &model.shown(name), &shown(map, name))?;
        same(name, &model.count(name).to_string(), &map.count(name).to_string())?;
    }
    same("JSON", &model.text(Form::Hooks), &written(map, Form::Hooks))?;
    same("libcontainer's JSON", &model.text(Form::Libcontainer), &written(map, Form::Libcontainer))?;
    for form in [Form::Hooks, Form::Config, Form::Libcontainer] {
        let back =
            read(&written(map, form), form).map_err(|error| format!("{form:?} is not read back: {error}"))?;
        same("JSON, read back", &model.text(Form::Hooks), &written(&back, Form::Hooks))?;
    }
    Ok(())
}

/// The hooks of a name, field by field.
fn shown(map: &Hooks, name: &str) -> String {
    let fields = |command: &Command| {
        let timeout = command.timeout.map(Timeout::as_seconds);
        map_model::fields(
            &command.path.to_string_lossy(),
            command.args.as_deref(),
            command.env.as_deref(),
            timeout,
        )
    };
    let list = map.get(name).map(|list| {
        let shown = list.iter().map(|hook| match hook {
            Hook::Command(command) => fields(command),
            _ => "callback".to_owned(),
        });
        shown.collect::<Vec<_>>()
    });
    format!("{list:?}")
}
