//! What tells other build systems about the library. All of it finds the prefix by its own place, so that the tree can be moved.

use std::path::{Component, Path};

use super::{Layout, NAME};
use crate::ui;

/// The way back from a directory below the prefix.
fn back(libdir: &Path, deeper: usize) -> String {
    let depth = libdir
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .count()
        + deeper;
    vec![".."; depth].join("/")
}

pub(super) fn pkg_config(layout: &Layout, native_libs: &[String]) -> String {
    // No Requires.private: its packages would have to be installed even for shared linking.
    format!(
        "prefix=${{pcfiledir}}/{}\n\
         includedir=${{prefix}}/include\n\
         libdir=${{prefix}}/{}\n\
         \n\
         Name: {NAME}\n\
         Description: Programmable softphone engine (SIP, RTP)\n\
         Version: {}\n\
         Cflags: -I${{includedir}}\n\
         Libs: -L${{libdir}} -l{NAME}\n\
         Libs.private: {}\n",
        back(&layout.libdir, 1),
        layout.libdir.display(),
        layout.version,
        native_libs.join(" ")
    )
}

pub(super) fn cmake(layout: &Layout, native_libs: &[String]) -> String {
    let (real, _) = layout.shared();
    let soname = if cfg!(target_os = "macos") {
        format!("@rpath/{real}")
    } else {
        layout.soname()
    };
    let libs: Vec<&str> = native_libs
        .iter()
        .map(|lib| lib.strip_prefix("-l").unwrap_or(lib))
        .collect();
    format!(
        r#"# find_package(Microsip CONFIG) gives Microsip::microsip: the shared library, or the static one with
# find_package(Microsip CONFIG COMPONENTS static) or Microsip_USE_STATIC_LIBS on. Microsip::microsip_shared and
# Microsip::microsip_static name them whatever was asked for.
get_filename_component(_microsip_prefix "${{CMAKE_CURRENT_LIST_DIR}}/{back}" ABSOLUTE)
set(_microsip_include "${{_microsip_prefix}}/include")
set(_microsip_lib "${{_microsip_prefix}}/{libdir}")

foreach(_microsip_component IN LISTS Microsip_FIND_COMPONENTS)
    if(NOT _microsip_component MATCHES "^(shared|static)$")
        set(Microsip_FOUND FALSE)
        set(Microsip_NOT_FOUND_MESSAGE "Microsip has no component ${{_microsip_component}}; there are shared and static")
        return()
    endif()
endforeach()

if(NOT TARGET Microsip::microsip_shared)
    add_library(Microsip::microsip_shared SHARED IMPORTED)
    set_target_properties(Microsip::microsip_shared PROPERTIES
        IMPORTED_LOCATION "${{_microsip_lib}}/{real}"
        IMPORTED_SONAME "{soname}"
        INTERFACE_INCLUDE_DIRECTORIES "${{_microsip_include}}")
    add_library(Microsip::microsip_static STATIC IMPORTED)
    set_target_properties(Microsip::microsip_static PROPERTIES
        IMPORTED_LOCATION "${{_microsip_lib}}/lib{NAME}.a"
        IMPORTED_LINK_INTERFACE_LANGUAGES C
        INTERFACE_LINK_LIBRARIES "{libs}"
        INTERFACE_INCLUDE_DIRECTORIES "${{_microsip_include}}")
    add_library(Microsip::microsip INTERFACE IMPORTED)
    if(Microsip_USE_STATIC_LIBS OR ("static" IN_LIST Microsip_FIND_COMPONENTS AND NOT "shared" IN_LIST Microsip_FIND_COMPONENTS))
        set_target_properties(Microsip::microsip PROPERTIES INTERFACE_LINK_LIBRARIES Microsip::microsip_static)
    else()
        set_target_properties(Microsip::microsip PROPERTIES INTERFACE_LINK_LIBRARIES Microsip::microsip_shared)
    endif()
endif()
set(Microsip_shared_FOUND TRUE)
set(Microsip_static_FOUND TRUE)
unset(_microsip_prefix)
unset(_microsip_include)
unset(_microsip_lib)
unset(_microsip_component)
"#,
        back = back(&layout.libdir, 2),
        libdir = layout.libdir.display(),
        libs = libs.join(";"),
    )
}

pub(super) fn cmake_version(layout: &Layout) -> String {
    // Before 1.0 each minor version may change the source interface.
    format!(
        r#"set(PACKAGE_VERSION "{version}")
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
endif()
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
elseif(PACKAGE_FIND_VERSION_MAJOR EQUAL "{major}" AND ("{major}" GREATER 0 OR PACKAGE_FIND_VERSION_MINOR EQUAL "{minor}" OR PACKAGE_FIND_VERSION_COUNT LESS 2))
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
else()
    set(PACKAGE_VERSION_COMPATIBLE FALSE)
endif()
if(NOT CMAKE_SIZEOF_VOID_P STREQUAL "" AND NOT CMAKE_SIZEOF_VOID_P EQUAL {pointer})
    set(PACKAGE_VERSION "${{PACKAGE_VERSION}} (another word size)")
    set(PACKAGE_VERSION_UNSUITABLE TRUE)
endif()
"#,
        version = layout.version,
        major = layout.version.split('.').next().unwrap_or("0"),
        minor = layout.version.split('.').nth(1).unwrap_or("0"),
        pointer = size_of::<usize>(),
    )
}

/// What to type next.
pub(super) fn how_to_use(layout: &Layout) {
    let lib = layout.prefix.join(&layout.libdir);
    ui::line(format_args!("installed below {}", layout.root.display()));
    ui::quote([
        format!(
            "export PKG_CONFIG_PATH={lib}/pkgconfig  &&  cc phone.c $(pkg-config --cflags --libs {NAME}) -Wl,-rpath,{lib}",
            lib = lib.display()
        )
        .as_str(),
        format!("cmake -DCMAKE_PREFIX_PATH={}   # find_package(Microsip CONFIG), Microsip::microsip", layout.prefix.display())
            .as_str(),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn the_way_back_has_a_step_for_each_directory() {
        assert_eq!(back(Path::new("lib"), 1), "../..");
        assert_eq!(back(Path::new("lib/x86_64-linux-gnu"), 2), "../../../..");
    }

    #[test]
    fn no_file_names_the_prefix() {
        let layout = Layout {
            root: PathBuf::from("/somewhere"),
            prefix: PathBuf::from("/somewhere"),
            libdir: PathBuf::from("lib"),
            version: "0.1.0".to_owned(),
            abi: 1,
        };
        let libs = ["-lssl".to_owned(), "-lm".to_owned()];
        for text in [
            pkg_config(&layout, &libs),
            cmake(&layout, &libs),
            cmake_version(&layout),
        ] {
            assert!(!text.contains("/somewhere"), "{text}");
        }
    }
}
