//! How `build/patch.rs` turns patches into copies.
#![allow(clippy::unwrap_used)]

#[path = "../build/patch.rs"]
mod patch;

use std::fs;
use std::path::{Path, PathBuf};

use patch::{Patched, apply_all};

type Result<T> = std::result::Result<T, String>;

/// A vendored tree of two headers and three sources, and a place for patches.
struct Tree {
    root: tempfile::TempDir,
}

impl Tree {
    fn new() -> Self {
        let tree = Self {
            root: tempfile::tempdir().unwrap(),
        };
        tree.put("vendor/lib/include/lib/public.h", "int a;\nint b;\nint c;\n");
        tree.put("vendor/lib/src/private.h", "int p;\nint q;\n");
        tree.put(
            "vendor/lib/src/one.c",
            "#include <lib/public.h>\n#include \"private.h\"\nint one;\n",
        );
        tree.put("vendor/lib/src/two.c", "int two;\nint three;\n");
        tree.put("vendor/lib/src/wrap.c", "#  include \"two.c\"\n");
        tree.put("patches/README.md", "not a patch\n");
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn apply(&self) -> Result<Patched> {
        apply_all(&self.path("patches"), &self.path("vendor"), &self.path("out"))
    }

    fn names(&self, patched: &Patched) -> Vec<String> {
        patched.files.keys().map(|path| path.display().to_string()).collect()
    }
}

/// A diff that replaces one line of a file which has `before` and `after` around it.
fn diff(path: &str, lines: &str) -> String {
    let count = |mark: char| lines.lines().filter(|line| !line.starts_with(mark)).count();
    format!(
        "--- a/{path}\n+++ b/{path}\n@@ -1,{} +1,{} @@\n{lines}",
        count('+'),
        count('-')
    )
}

#[test]
fn no_patches_change_nothing() {
    let tree = Tree::new();
    let patched = tree.apply().unwrap();
    assert!(patched.files.is_empty() && patched.include_dirs.is_empty() && patched.source_dirs.is_empty());
    fs::remove_dir_all(tree.path("patches")).unwrap();
    assert!(tree.apply().unwrap().files.is_empty());
}

#[test]
fn a_patched_source_is_a_copy_and_the_original_stays() {
    let tree = Tree::new();
    tree.put(
        "patches/0001-one.patch",
        &diff(
            "lib/src/one.c",
            " #include <lib/public.h>\n #include \"private.h\"\n-int one;\n+int uno;\n",
        ),
    );
    let patched = tree.apply().unwrap();
    assert_eq!(tree.names(&patched), ["lib/src/one.c"]);
    let copy = &patched.files[Path::new("lib/src/one.c")];
    assert!(copy.starts_with(tree.path("out")));
    assert!(fs::read_to_string(copy).unwrap().ends_with("int uno;\n"));
    assert!(
        fs::read_to_string(tree.path("vendor/lib/src/one.c"))
            .unwrap()
            .ends_with("int one;\n")
    );
    // It still finds "private.h".
    assert_eq!(patched.source_dirs, [tree.path("vendor/lib/src")]);
}

#[test]
fn a_patched_public_header_goes_before_the_original_on_the_search_path() {
    let tree = Tree::new();
    tree.put(
        "patches/0001-h.patch",
        &diff("lib/include/lib/public.h", " int a;\n-int b;\n+long b;\n int c;\n"),
    );
    let patched = tree.apply().unwrap();
    assert_eq!(patched.include_dirs, [tree.path("out/lib/include")]);
    assert_eq!(
        fs::read_to_string(tree.path("out/lib/include/lib/public.h")).unwrap(),
        "int a;\nlong b;\nint c;\n"
    );
}

#[test]
fn files_that_include_a_patched_one_by_quotes_are_copied_too() {
    let tree = Tree::new();
    let header = diff("lib/src/private.h", "-int p;\n+long p;\n int q;\n");
    let source = diff("lib/src/two.c", "-int two;\n+int dos;\n int three;\n");
    tree.put("patches/0001-both.patch", &(header + &source));
    let patched = tree.apply().unwrap();
    assert_eq!(
        tree.names(&patched),
        ["lib/src/one.c", "lib/src/private.h", "lib/src/two.c", "lib/src/wrap.c"]
    );
}

#[test]
fn patches_build_on_each_other_in_order_of_their_names() {
    let tree = Tree::new();
    tree.put(
        "patches/0002-b.patch",
        &diff("lib/src/two.c", "-int dos;\n+int deux;\n int three;\n"),
    );
    tree.put(
        "patches/0001-a.patch",
        &diff("lib/src/two.c", "-int two;\n+int dos;\n int three;\n"),
    );
    tree.apply().unwrap();
    assert_eq!(
        fs::read_to_string(tree.path("out/lib/src/two.c")).unwrap(),
        "int deux;\nint three;\n"
    );
}

#[test]
fn output_of_git_format_patch_is_understood() {
    let tree = Tree::new();
    let body = diff("lib/src/two.c", "-int two;\n+int dos;\n int three;\n");
    let mail = format!(
        "From 0123 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] count in Spanish\n\n---\n lib/src/two.c | 2 +-\n\n\
         diff --git a/lib/src/two.c b/lib/src/two.c\nindex 1..2 100644\n{body}-- \n2.39.5\n"
    );
    tree.put("patches/0001-mail.patch", &mail);
    tree.apply().unwrap();
    assert_eq!(
        fs::read_to_string(tree.path("out/lib/src/two.c")).unwrap(),
        "int dos;\nint three;\n"
    );
}

#[test]
fn what_does_not_apply_names_patch_and_file() {
    let tree = Tree::new();
    tree.put(
        "patches/0001-stale.patch",
        &diff("lib/src/two.c", "-int zwei;\n+int dos;\n int three;\n"),
    );
    let error = tree.apply().unwrap_err();
    assert!(
        error.contains("0001-stale.patch") && error.contains("lib/src/two.c"),
        "{error}"
    );
    assert!(error.contains("does not apply"), "{error}");
}

#[test]
fn unusable_patches_are_refused() {
    let hunk = "@@ -1,1 +1,1 @@\n-x\n+y\n";
    for (text, expected) in [
        ("just words\n".to_owned(), "not a unified diff"),
        (format!("--- /dev/null\n+++ b/lib/src/new.c\n{hunk}"), "make or remove"),
        (format!("--- a/lib/src/two.c\n+++ b/lib/src/2.c\n{hunk}"), "renames"),
        (
            format!("--- a/../../etc/x\n+++ b/../../etc/x\n{hunk}"),
            "not of the form",
        ),
        (format!("--- a/lib/src/gone.c\n+++ b/lib/src/gone.c\n{hunk}"), "gone.c"),
    ] {
        let tree = Tree::new();
        tree.put("patches/0001-bad.patch", &text);
        let error = tree.apply().unwrap_err();
        assert!(error.contains(expected), "`{error}` does not say `{expected}`");
    }
}

#[test]
fn copies_of_an_earlier_run_do_not_stay() {
    let tree = Tree::new();
    tree.put(
        "patches/0001-a.patch",
        &diff("lib/src/two.c", "-int two;\n+int dos;\n int three;\n"),
    );
    tree.apply().unwrap();
    fs::remove_file(tree.path("patches/0001-a.patch")).unwrap();
    assert!(tree.apply().unwrap().files.is_empty());
    assert!(!tree.path("out/lib/src/two.c").exists());
}
