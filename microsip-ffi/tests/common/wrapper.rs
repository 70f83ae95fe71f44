//! Makes `microsip.hpp` out of `microsip.h`: every object a class, every function a method.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::header::{Function, comments, functions};

/// A callback type: its parameters without `user_data`.
type Callbacks = BTreeMap<String, Vec<(String, String)>>;

struct Wrapper<'a> {
    /// Handle types.
    handles: &'a [String],
    callbacks: Callbacks,
    comments: BTreeMap<String, String>,
}

/// `microsip_call_info_t` is `CallInfo`.
fn class(handle: &str) -> String {
    let bare = handle.trim_start_matches("microsip_").trim_end_matches("_t");
    // Error is what is thrown.
    if bare == "error" {
        return "Failure".to_owned();
    }
    bare.split('_')
        .map(|word| match word {
            "sip" | "tls" | "dns" | "nat" | "ice" | "cpim" | "pcm" => word.to_uppercase(),
            _ => word[..1].to_uppercase() + &word[1..],
        })
        .collect()
}

/// Names of C++ that are no names of methods.
fn safe(name: &str) -> String {
    match name {
        "register" | "delete" | "new" | "default" | "operator" | "switch" | "export" | "explicit" | "private"
        | "public" | "and" | "or" | "not" | "auto" | "this" | "template" | "class" | "release" | "get" | "continue"
        | "break" | "return" => {
            format!("{name}_")
        }
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

/// What a function becomes.
#[derive(Clone, Copy)]
enum Place {
    Method,
    Static,
    Constructor,
    Free,
}

/// How an out-parameter comes back.
struct Back {
    declare: String,
    pass: String,
    kind: String,
    value: String,
}

impl Wrapper<'_> {
    fn is_handle(&self, kind: &str) -> bool {
        self.handles.iter().any(|h| h == kind)
    }

    fn out(&self, kind: &str, name: &str) -> Option<Back> {
        let inner = kind.strip_suffix('*')?.trim();
        if inner.starts_with("const ") && !inner.ends_with('*') {
            return None;
        }
        let pass = format!("&{name}_");
        if self.is_handle(inner) {
            let class = class(inner);
            return Some(Back {
                declare: format!("{inner} {name}_ = {{0}};"),
                pass,
                value: format!("{class}({name}_)"),
                kind: class,
            });
        }
        match inner {
            "const char *" => Some(Back {
                declare: format!("const char *{name}_ = nullptr;"),
                pass,
                kind: "std::string_view".into(),
                value: format!("detail::view({name}_)"),
            }),
            "void" => None,
            _ => {
                let known = inner.strip_prefix("microsip_").and_then(|i| i.strip_suffix("_t"));
                let (kind, value) = match known {
                    Some(bare) if inner != "microsip_status_t" => {
                        let name_of_enum = format!("microsip_{bare}_e");
                        if self.comments.contains_key(&name_of_enum) {
                            (name_of_enum.clone(), format!("static_cast<{name_of_enum}>({name}_)"))
                        } else {
                            return None;
                        }
                    }
                    _ => (inner.to_owned(), format!("{name}_")),
                };
                Some(Back {
                    declare: format!("{inner} {name}_ = {{}};"),
                    pass,
                    kind,
                    value,
                })
            }
        }
    }

    /// Whether the last thing it is given are settings for which the zero handle stands for the defaults.
    fn takes_settings_last(&self, function: &Function) -> bool {
        let comment = self
            .comments
            .get(&function.name)
            .map(String::as_str)
            .unwrap_or_default();
        let given = function
            .parameters
            .iter()
            .rev()
            .find(|(kind, _)| !kind.ends_with('*') || kind.starts_with("const "));
        comment.contains("zero handle")
            && given.is_some_and(|(kind, _)| {
                self.is_handle(kind)
                    && ["_options_t", "_config_t", "_settings_t"]
                        .iter()
                        .any(|end| kind.ends_with(end))
            })
            && !function.name.ends_with("_free")
    }

    /// A parameter: its declaration and what is passed to C.
    fn parameter(&self, kind: &str, name: &str) -> (String, String) {
        let name = safe(name);
        if self.is_handle(kind) {
            return (format!("const {} &{name}", class(kind)), format!("{name}.get()"));
        }
        match kind {
            "const char *" => (format!("const detail::Text &{name}"), format!("{name}.get()")),
            _ => (
                format!("{kind}{}{name}", if kind.ends_with('*') { "" } else { " " }),
                name,
            ),
        }
    }

    /// A method or function; `this` is the number of parameters that the object itself stands for.
    fn write(&self, text: &mut String, function: &Function, name: &str, place: Place, defaults: bool) {
        let (this, indent) = match place {
            Place::Method => (1, "    "),
            Place::Static | Place::Constructor => (0, "    "),
            Place::Free => (0, ""),
        };
        let mut parameters = &function.parameters[this..];
        // A callback, its data and its destroy function are one lambda.
        let lambda = parameters
            .iter()
            .position(|(kind, _)| self.callbacks.contains_key(kind) && kind != "microsip_destroy_t");
        let mut backs = Vec::new();
        // Out-parameters come last.
        while let Some((kind, name)) = parameters.last() {
            // Bytes that are lent: pointer and length.
            if parameters.len() >= 2 && kind == "size_t *" {
                let (before, data) = &parameters[parameters.len() - 2];
                if before == "const uint8_t **" {
                    backs.push(Back {
                        declare: format!("const std::uint8_t *{data}_ = nullptr; std::size_t {name}_ = 0;"),
                        pass: format!("&{data}_, &{name}_"),
                        kind: "ByteView".into(),
                        value: format!("ByteView{{{data}_, {name}_}}"),
                    });
                    parameters = &parameters[..parameters.len() - 2];
                    continue;
                }
            }
            let Some(back) = self.out(kind, name) else { break };
            backs.push(back);
            parameters = &parameters[..parameters.len() - 1];
        }
        backs.reverse();
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        if this > 0 {
            passed.push("get()".to_owned());
        }
        let mut setup = String::new();
        let mut skip = 0;
        for (n, (kind, name)) in parameters.iter().enumerate() {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            if Some(n) == lambda {
                declared.push(format!("F &&{name}"));
                let arguments = &self.callbacks[kind];
                let list: Vec<String> = arguments
                    .iter()
                    .map(|(kind, name)| format!("{kind} {name}_in"))
                    .collect();
                let given: Vec<String> = arguments
                    .iter()
                    .map(|(kind, name)| {
                        if self.is_handle(kind) {
                            format!("detail::Lent<{}>({name}_in).get()", class(kind))
                        } else if kind == "const char *" {
                            format!("detail::view({name}_in)")
                        } else {
                            format!("{name}_in")
                        }
                    })
                    .collect();
                setup = format!(
                    "using Function = std::decay_t<F>;\n{indent}    auto owned_ = std::make_unique<Function>(std::forward<F>({name}));\n"
                );
                passed.push(format!(
                    "[]({}, void *user_data) noexcept {{\n{indent}            try {{\n{indent}                (*static_cast<Function *>(user_data))({});\n\
                     {indent}            }} catch (...) {{\n{indent}                detail::escaped();\n{indent}            }}\n{indent}        }}",
                    list.join(", "),
                    given.join(", ")
                ));
                passed.push("owned_.release()".to_owned());
                passed.push("detail::destroy<Function>".to_owned());
                skip = 2;
                continue;
            }
            if defaults && n + 1 == parameters.len() {
                passed.push(format!("{kind}{{0}}"));
                continue;
            }
            let (declaration, pass) = self.parameter(kind, name);
            declared.push(declaration);
            passed.push(pass);
        }
        passed.extend(backs.iter().map(|back| back.pass.clone()));
        let comment = self
            .comments
            .get(&function.name)
            .map(String::as_str)
            .unwrap_or_default();
        if defaults {
            writeln!(text, "{indent}/// The same with default settings.").unwrap();
        }
        for line in comment.lines().filter(|_| !defaults) {
            writeln!(text, "{}", format!("{indent}/// {line}").trim_end()).unwrap();
        }
        let optional = comment.contains("NO_VALUE") && !backs.is_empty();
        let kinds: Vec<&str> = backs.iter().map(|back| back.kind.as_str()).collect();
        let plain = match kinds.as_slice() {
            [] => "void".to_owned(),
            [one] => (*one).to_owned(),
            many => format!("std::tuple<{}>", many.join(", ")),
        };
        let returns = if optional {
            format!("std::optional<{plain}>")
        } else {
            plain.clone()
        };
        if lambda.is_some() {
            writeln!(text, "{indent}template <class F>").unwrap();
        }
        let (inline, constant) = match place {
            Place::Method => ("", " const"),
            Place::Static => ("static ", ""),
            Place::Constructor | Place::Free => ("inline ", ""),
        };
        let call = format!("{}({})", function.name, passed.join(", "));
        let constructor = matches!(place, Place::Constructor);
        if constructor {
            let explicit = if declared.len() == 1 { "explicit " } else { "" };
            let class = class(function.parameters.last().unwrap().0.trim_end_matches('*').trim());
            writeln!(text, "{indent}{explicit}{class}({}) : Handle() {{", declared.join(", ")).unwrap();
        } else if function.returns != "microsip_status_t" {
            let (kind, value) = match function.returns.as_str() {
                "const char *" => ("std::string_view".to_owned(), format!("detail::view({call})")),
                other => (other.to_owned(), call.clone()),
            };
            let give = if kind == "void" { "" } else { "return " };
            writeln!(
                text,
                "{indent}{inline}{kind} {name}({}){constant} {{ {give}{value}; }}\n",
                declared.join(", ")
            )
            .unwrap();
            return;
        } else {
            writeln!(
                text,
                "{indent}{inline}{returns} {name}({}){constant} {{",
                declared.join(", ")
            )
            .unwrap();
        }
        if !setup.is_empty() {
            write!(text, "{indent}    {setup}").unwrap();
        }
        for back in &backs {
            writeln!(text, "{indent}    {}", back.declare).unwrap();
        }
        let values: Vec<&str> = backs.iter().map(|back| back.value.as_str()).collect();
        let value = match values.as_slice() {
            [one] => (*one).to_owned(),
            many => format!("{plain}{{{}}}", many.join(", ")),
        };
        if constructor {
            writeln!(text, "{indent}    detail::check({call});").unwrap();
            writeln!(text, "{indent}    *this = {value};").unwrap();
        } else if optional {
            writeln!(text, "{indent}    if (!detail::there({call})) return std::nullopt;").unwrap();
            writeln!(text, "{indent}    return {value};").unwrap();
        } else {
            writeln!(text, "{indent}    detail::check({call});").unwrap();
            if !backs.is_empty() {
                writeln!(text, "{indent}    return {value};").unwrap();
            }
        }
        writeln!(text, "{indent}}}\n").unwrap();
    }
}

/// `typedef void (*microsip_x_t)(…, void *user_data);`
fn callbacks(header: &str) -> Callbacks {
    let mut all = Callbacks::new();
    for line in header.split(';') {
        let Some(at) = line.find("typedef void (*") else {
            continue;
        };
        let rest = &line[at + "typedef void (*".len()..];
        let Some((name, parameters)) = rest.split_once(")(") else {
            continue;
        };
        let declaration = format!("void {name}({parameters}");
        if let Some(function) = super::header::function(&declaration.split_whitespace().collect::<Vec<_>>().join(" ")) {
            let mut parameters = function.parameters;
            parameters.retain(|(_, name)| name != "user_data");
            all.insert(name.to_owned(), parameters);
        }
    }
    all
}

/// The text of `microsip.hpp`.
pub fn wrapper(header: &str, prelude: &str, handles: &[String]) -> String {
    let all = functions(header);
    let wrapper = Wrapper {
        handles,
        callbacks: callbacks(header),
        comments: comments(header),
    };
    let mut text = prelude.to_owned();
    // The object a function is of: the handle type whose name begins the function's, and which it takes first.
    let owner = |function: &Function| -> Option<(String, String)> {
        let mut found: Option<&String> = None;
        for handle in handles {
            let prefix = handle.trim_end_matches('t');
            let takes = function.parameters.first().is_some_and(|(kind, _)| kind == handle);
            let makes = function
                .parameters
                .iter()
                .any(|(kind, _)| *kind == format!("{handle} *"));
            if function.name.starts_with(prefix) && (takes || makes) && found.is_none_or(|f| f.len() < handle.len()) {
                found = Some(handle);
            }
        }
        found.map(|handle| (handle.clone(), function.name[handle.len() - 1..].to_owned()))
    };
    let handles_used: Vec<&String> = handles
        .iter()
        .filter(|h| all.iter().any(|f| f.name == format!("{}free", h.trim_end_matches('t'))))
        .collect();
    for handle in &handles_used {
        writeln!(text, "class {};", class(handle)).unwrap();
    }
    text.push('\n');
    // Declarations first: methods give each other's objects back. Definitions inside a class see all members, but complete types only
    // of what stands before; so the classes are written with their handles, and the methods follow as free-standing definitions do in
    // a header of this size: inside, ordered so that what is given back by value is complete.
    let mut bodies: BTreeMap<&str, String> = BTreeMap::new();
    let mut free = String::new();
    for function in &all {
        match owner(function) {
            Some((handle, verb)) => {
                if verb == "clone" || verb == "free" {
                    continue;
                }
                let handle = handles.iter().find(|h| **h == handle).unwrap();
                let body = bodies.entry(handle.as_str()).or_default();
                let takes = function.parameters.first().is_some_and(|(kind, _)| kind == handle);
                let place = match verb.as_str() {
                    "new" => Place::Constructor,
                    _ if takes => Place::Method,
                    _ => Place::Static,
                };
                wrapper.write(body, function, &safe(&verb), place, false);
                if wrapper.takes_settings_last(function) {
                    wrapper.write(body, function, &safe(&verb), place, true);
                }
            }
            None => {
                let verb = function.name.trim_start_matches("microsip_");
                wrapper.write(&mut free, function, &safe(verb), Place::Free, false);
            }
        }
    }
    for handle in &handles_used {
        let name = class(handle);
        let prefix = handle.trim_end_matches('t');
        for line in wrapper
            .comments
            .get(handle.as_str())
            .map(String::as_str)
            .unwrap_or_default()
            .lines()
        {
            writeln!(text, "{}", format!("/// {line}").trim_end()).unwrap();
        }
        let base = format!("detail::Handle<{handle}, {prefix}clone, {prefix}free>");
        writeln!(
            text,
            "class {name} : public {base} {{\npublic:\n    using Handle::Handle;\n"
        )
        .unwrap();
        text.push_str("    DECLARATIONS\n");
        let declarations = bodies
            .get(handle.as_str())
            .map(|body| outline(body, &name))
            .unwrap_or_default();
        text = text.replace("    DECLARATIONS\n", &declarations.0);
        writeln!(text, "}};\n").unwrap();
        bodies.insert(handle.as_str(), declarations.1);
    }
    for handle in &handles_used {
        text.push_str(bodies.get(handle.as_str()).map(String::as_str).unwrap_or_default());
    }
    text.push_str(&free);
    text.push_str("} // namespace microsip\n\n#endif\n");
    text
}

/// Splits methods written in a class into declarations with their comments, and definitions outside of it, which may use every class.
fn outline(body: &str, class: &str) -> (String, String) {
    let (mut inside, mut outside) = (String::new(), String::new());
    let mut template = "";
    let mut in_body = false;
    for line in body.lines() {
        if in_body {
            writeln!(outside, "{}", line.strip_prefix("    ").unwrap_or(line)).unwrap();
            if line == "    }" {
                in_body = false;
                outside.push('\n');
            }
        } else if line.trim().starts_with("///") {
            writeln!(inside, "{line}").unwrap();
        } else if line.trim() == "template <class F>" {
            writeln!(inside, "{line}").unwrap();
            template = "template <class F>\n";
        } else if let Some(head) = line.trim().strip_suffix(" {") {
            let explicit = head.starts_with("explicit ");
            let (declared, initial) = head.split_once(" : ").map_or((head, ""), |(d, i)| (d, i));
            writeln!(inside, "    {declared};\n").unwrap();
            let plain = declared
                .strip_prefix("explicit ")
                .or_else(|| declared.strip_prefix("static "))
                .unwrap_or(declared);
            let at = if explicit || !initial.is_empty() {
                Some(0)
            } else {
                plain.find('(').map(|at| plain[..at].rfind(' ').map_or(0, |s| s + 1))
            };
            let at = at.unwrap_or(0);
            let initial = if initial.is_empty() {
                String::new()
            } else {
                format!(" : {initial}")
            };
            writeln!(
                outside,
                "{template}inline {}{class}::{}{initial} {{",
                &plain[..at],
                &plain[at..]
            )
            .unwrap();
            template = "";
            in_body = true;
        } else if !line.trim().is_empty() {
            // One line: it uses nothing but its own.
            writeln!(inside, "{line}\n").unwrap();
        }
    }
    (inside, outside)
}
