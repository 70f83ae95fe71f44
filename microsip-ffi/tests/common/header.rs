//! Reading the header as a program would see it.

use std::collections::BTreeMap;

/// A function of the header.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    pub returns: String,
    /// Type and name of each parameter.
    pub parameters: Vec<(String, String)>,
}

/// All functions a header declares. cbindgen writes them plainly enough to be read without a parser of C.
pub fn functions(header: &str) -> Vec<Function> {
    let mut code = String::new();
    let mut in_comment = false;
    for line in header.lines() {
        let line = line.trim();
        in_comment |= line.starts_with("/*");
        let skip = in_comment || line.starts_with('#') || line.starts_with("//");
        if in_comment && line.ends_with("*/") {
            in_comment = false;
        }
        if !skip {
            code.push_str(line);
            code.push(' ');
        }
    }
    code.split(';').filter_map(function).collect()
}

pub(super) fn function(declaration: &str) -> Option<Function> {
    let declaration = declaration.trim().trim_start_matches("extern \"C\" {").trim();
    if declaration.starts_with("typedef") {
        return None;
    }
    let (head, rest) = declaration.split_once('(')?;
    let (returns, name) = split_name(head.trim())?;
    let parameters = rest.strip_suffix(')')?.trim();
    let parameters = match parameters {
        "void" | "" => Vec::new(),
        list => list.split(',').map(|p| split_name(p.trim())).collect::<Option<_>>()?,
    };
    name.starts_with("microsip_").then_some(Function {
        name,
        returns,
        parameters,
    })
}

/// `const char *text` into `const char *` and `text`.
fn split_name(text: &str) -> Option<(String, String)> {
    let at = text.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))? + 1;
    Some((text[..at].trim().to_owned(), text[at..].to_owned()))
}

/// What is said about each name: the comment before it, line by line.
pub fn comments(header: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut comment = String::new();
    let mut done = false;
    for line in header.lines() {
        let line = line.trim_end();
        if line == "/**" {
            comment.clear();
            done = false;
        } else if line.starts_with(" */") {
            done = true;
        } else if let Some(text) = line.strip_prefix(" *").filter(|_| !done) {
            comment.push_str(text.strip_prefix(' ').unwrap_or(text));
            comment.push('\n');
        } else if done {
            // A function's first line, the tag of an enum, or the last line of a struct.
            let name = match line.strip_prefix("enum ") {
                Some(tag) => Some(tag.split_whitespace().next().unwrap_or_default().to_owned()),
                None => line
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .rfind(|word| word.starts_with("microsip_") && !word.ends_with("_t"))
                    .map(str::to_owned),
            };
            if let Some(name) =
                name.filter(|_| line.contains('(') && !line.starts_with("typedef") || line.starts_with("enum "))
            {
                all.insert(name, comment.clone());
                done = false;
            } else if line.starts_with("typedef struct") {
                all.insert("struct".to_owned(), comment.clone());
            } else if let Some(name) = line.strip_prefix("} ").and_then(|l| l.strip_suffix(';')) {
                let text = all.remove("struct").unwrap_or_default();
                all.insert(name.to_owned(), text);
                done = false;
            }
        }
    }
    all
}
