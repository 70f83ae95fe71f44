//! The three XML dialects of a users directory (reference: microsip.md, 9.5).

use super::book::MAX_CONTACTS;
use super::contact::{ContactEntry, ContactField};
use super::directory::{Directory, DirectoryFormat, OP, finish};
use super::text::decode_xml;
use super::warning::{WarningKind, Warnings};
use super::xml::{Node, bad, parse, quote, too_large};
use crate::Result;

/// Makes an entry of an element.
type Make = fn(&Node, &mut Warnings) -> ContactEntry;

pub(crate) fn read(body: &[u8]) -> Result<Directory> {
    let mut warnings = Warnings::default();
    let (text, _) = decode_xml(OP, body, &mut warnings)?;
    let root = parse(OP, text.trim_start())?;
    let (mut directory, nodes, make): (_, Vec<&Node>, Make) = match root.local() {
        "contacts" => {
            let mut directory = Directory::new(DirectoryFormat::XmlContacts);
            if let Some(value) = root.attribute("refresh") {
                match value.trim().parse() {
                    Ok(seconds) => directory.refresh = Some(seconds),
                    Err(_) => {
                        let what = format!("refresh should be a number of seconds, found {}", quote(value));
                        warnings.add(WarningKind::BadValue, root.line, what);
                    }
                }
            }
            let silent = root.attribute("silent").and_then(|v| v.trim().parse::<i64>().ok());
            directory.silent = silent.is_some_and(|n| n != 0);
            let nodes = root.children.iter().filter(|n| n.local() == "contact").collect();
            (directory, nodes, own)
        }
        "YealinkIPPhoneBook" => {
            let mut nodes = Vec::new();
            units(&root, &mut nodes);
            (Directory::new(DirectoryFormat::XmlYealink), nodes, yealink)
        }
        _ => {
            let is_entry = |n: &&Node| matches!(n.local(), "entry" | "DirectoryEntry");
            let nodes = root.children.iter().filter(is_entry).collect();
            (Directory::new(DirectoryFormat::XmlEntries), nodes, entry)
        }
    };
    if nodes.len() > MAX_CONTACTS {
        return Err(too_large(OP, format!("there are more than {MAX_CONTACTS} entries")));
    }
    // A page of a web server that is XML by chance, or another document, must not empty the directory. Only roots that are
    // known, and have nothing else in them, can be empty.
    let other = match directory.format {
        DirectoryFormat::XmlContacts => !root.children.is_empty(),
        DirectoryFormat::XmlYealink => root
            .children
            .iter()
            .any(|n| !matches!(n.local(), "Menu" | "Title" | "Prompt")),
        _ => true,
    };
    if nodes.is_empty() && other {
        let what = format!(
            "the root {} is no directory: expected contacts with elements contact, YealinkIPPhoneBook with Menu and Unit, or elements \
             entry or DirectoryEntry",
            quote(&root.name)
        );
        return Err(bad(OP, root.line, what));
    }
    let found = nodes.len();
    for node in nodes {
        match finish(make(node, &mut warnings)) {
            Some(entry) => directory.entries.push(entry),
            None => warnings.add(
                WarningKind::NoNumber,
                node.line,
                "the entry has no number and was left out",
            ),
        }
    }
    directory.check_use(found, root.line)?;
    directory.warnings = warnings.finish();
    Ok(directory)
}

fn set(entry: &mut ContactEntry, field: ContactField, value: &str, line: u32, warnings: &mut Warnings) {
    if !entry.set(field, value.trim()) {
        let what = format!("{} should be 0 or 1, found {}; taken as 0", field.name(), quote(value));
        warnings.add(WarningKind::BadValue, line, what);
    }
}

fn own(node: &Node, warnings: &mut Warnings) -> ContactEntry {
    let mut entry = ContactEntry::default();
    for (name, value) in &node.attributes {
        if let Some(field) = ContactField::from_name(name) {
            set(&mut entry, field, value, node.line, warnings);
        }
    }
    entry
}

/// Units below menus, however deep the menus.
fn units<'a>(node: &'a Node, found: &mut Vec<&'a Node>) {
    for child in &node.children {
        match child.local() {
            "Unit" => found.push(child),
            "Menu" => units(child, found),
            _ => {}
        }
    }
}

fn yealink(node: &Node, warnings: &mut Warnings) -> ContactEntry {
    let mut entry = ContactEntry::default();
    for (name, field) in [
        ("Name", ContactField::Name),
        ("Phone1", ContactField::Number),
        ("Phone2", ContactField::Phone),
        ("Phone3", ContactField::Mobile),
    ] {
        if let Some(value) = node.attribute(name) {
            set(&mut entry, field, value, node.line, warnings);
        }
    }
    entry
}

fn entry(node: &Node, warnings: &mut Warnings) -> ContactEntry {
    let mut entry = ContactEntry::default();
    let mut numbers = [ContactField::Number, ContactField::Phone, ContactField::Mobile].into_iter();
    for child in &node.children {
        let field = match child.local() {
            "extension" | "Telephone" => match numbers.next() {
                Some(field) => field,
                None => continue,
            },
            "name" | "Name" => ContactField::Name,
            "info" => ContactField::Info,
            "presence" => ContactField::Presence,
            "starred" => ContactField::Starred,
            _ => continue,
        };
        set(&mut entry, field, &child.text, child.line, warnings);
    }
    entry
}
