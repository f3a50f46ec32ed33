//! The packages as somebody else gets them: their files, and the compiler that they need.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;
use tailproof_test_support::{run, source};

/// Runs cargo without the network.
fn cargo(arguments: &[&str]) -> String {
    let run = run(env!("CARGO"), arguments.iter().chain(&["--offline"]), source());
    assert_eq!(run.status, 0, "cargo {arguments:?}: {}", run.stderr);
    run.stdout
}

/// The packages and their dependencies on this platform.
fn metadata() -> Value {
    let compiler = run("rustc", ["-vV"], source()).stdout;
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc says its host");
    let metadata = ["metadata", "--format-version", "1", "--locked", "--filter-platform", host];
    serde_json::from_str(&cargo(&metadata)).unwrap()
}

/// The packages of the workspace that are libraries or the command, as name and folder.
fn published(metadata: &Value) -> BTreeMap<String, PathBuf> {
    let members = metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null());
    members
        .filter(|package| package["publish"].is_null())
        .map(|package| {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap());
            (package["name"].as_str().unwrap().to_owned(), manifest.parent().unwrap().to_owned())
        })
        .collect()
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(plain.pop(), "{}", path.display()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Every file that the library or the command includes at compile time is in the package's list.
#[test]
fn packages_list_the_files_that_they_include() {
    let packages = published(&metadata());
    assert!(packages.contains_key("tailproof") && packages.contains_key("tailproof-verifier"), "{packages:?}");
    let mut missing = Vec::new();
    let mut included = 0;
    for (name, folder) in packages {
        let listed = cargo(&["package", "--list", "--allow-dirty", "-p", &name]);
        let listed: HashSet<&str> = listed.lines().collect();
        assert!(listed.contains("Cargo.toml"), "{name}");
        for file in listed.iter().filter(|file| file.starts_with("src/") && file.ends_with(".rs")) {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            for target in include_targets(&text) {
                let inside = Path::new(file).parent().unwrap().join(target);
                let outside = inside.components().scan(0i32, |depth, part| {
                    *depth += if part == Component::ParentDir { -1 } else { 1 };
                    Some(*depth)
                });
                included += 1;
                if outside.min().is_some_and(|depth| depth < 0) || !listed.contains(&*plain(&inside).to_string_lossy())
                {
                    missing.push(format!("{name}: {file} includes {target}"));
                }
            }
        }
    }
    assert!(included > 10, "{included}");
    assert_eq!(missing, [""; 0]);
}

/// The literal arguments of `include_str!` and `include_bytes!`.
fn include_targets(text: &str) -> Vec<&str> {
    let calls = ["include_str!(\"", "include_bytes!(\""];
    let ends = calls.iter().flat_map(|call| text.match_indices(call).map(|(at, call)| &text[at + call.len()..]));
    ends.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// Dependencies on a path alone cannot be packaged, except those of tests alone, which cargo leaves
/// out. A package whose tests name one that is not published could not be packaged with its version.
#[test]
fn dependencies_on_each_other_have_the_version_of_the_workspace() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let members: HashMap<&str, &str> = packages
        .iter()
        .filter(|package| package["source"].is_null())
        .map(|package| (package["name"].as_str().unwrap(), package["version"].as_str().unwrap()))
        .collect();
    let versions: BTreeSet<&str> = members.values().copied().collect();
    assert_eq!(versions.len(), 1, "{versions:?}");
    let version = format!("^{}", versions.first().unwrap());
    let published = published(&metadata);
    let mut of_tests = 0;
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        for dependency in package["dependencies"].as_array().unwrap() {
            if !dependency["path"].is_string() {
                continue;
            }
            let (name, on) = (&package["name"], dependency["name"].as_str().unwrap());
            if published.contains_key(on) {
                assert_eq!(dependency["req"], version, "{name}: {on}");
            } else {
                assert_eq!(dependency["req"], "*", "{name}: {on}");
                if published.contains_key(name.as_str().unwrap()) {
                    assert_eq!(dependency["kind"], "dev", "{name}: {on}");
                    of_tests += 1;
                }
            }
        }
    }
    assert!(of_tests > 0);
}

fn version(text: &str) -> (u64, u64, u64) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or(0))
}

/// `rust-version` is the largest one that a dependency of the command or of a library states. Tests
/// and benches may need a newer compiler, and so may the client of a chain, which has its own.
#[test]
fn the_rust_version_is_the_largest_of_the_dependencies() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let by_id = |id: &Value| packages.iter().find(|package| package["id"] == *id).unwrap();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let members = published(&metadata);
    let mut open: Vec<&Value> = packages
        .iter()
        .filter(|package| package["source"].is_null() && members.contains_key(package["name"].as_str().unwrap()))
        .filter(|package| package["name"] != "tailproof-chain")
        .map(|package| &package["id"])
        .collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut largest = ((0, 0, 0), "");
    while let Some(id) = open.pop() {
        if !seen.insert(id.as_str().unwrap()) {
            continue;
        }
        let package = by_id(id);
        if let (Some(_), Some(needed)) = (package["source"].as_str(), package["rust_version"].as_str()) {
            largest = largest.max((version(needed), package["name"].as_str().unwrap()));
        }
        let node = nodes.iter().find(|node| node["id"] == *id).unwrap();
        for dependency in node["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|kind| kind["kind"] != "dev") {
                open.push(&dependency["pkg"]);
            }
        }
    }
    assert!(seen.len() > 50, "{}", seen.len());
    let stated = packages.iter().find(|package| package["name"] == "tailproof").unwrap()["rust_version"].as_str();
    assert_eq!(version(stated.unwrap()), largest.0, "{} needs {:?}", largest.1, largest.0);
    // The toolchain that the project is built with is pinned, and newer.
    let pinned = std::fs::read_to_string(source().join("rust-toolchain.toml")).unwrap();
    let pinned: toml::Table = pinned.parse().unwrap();
    assert!(version(pinned["toolchain"]["channel"].as_str().unwrap()) >= largest.0);
}

/// The library and the command of this package have no tests of their own (`test = false`): one that
/// stood in `src` would never run.
#[test]
fn no_test_stands_where_none_is_run() {
    fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push(path);
            }
        }
    }
    let mut all = Vec::new();
    for folder in ["src", "python/src", "web/wasm/src", "fuzz/src"] {
        sources(&source().join(folder), &mut all);
    }
    assert!(all.len() > 100, "{} files", all.len());
    let with_tests: Vec<_> =
        all.into_iter().filter(|path| std::fs::read_to_string(path).unwrap().contains("#[cfg(test)]")).collect();
    assert_eq!(with_tests, Vec::<PathBuf>::new());
}

/// The map of the crates is whole: every member has a row with its folder and name.
#[test]
fn the_page_of_crates_names_every_member() {
    let page = std::fs::read_to_string(source().join("docs/src/internals/crates.md")).unwrap();
    let metadata = metadata();
    let members = metadata["packages"].as_array().unwrap().iter().filter(|package| package["source"].is_null());
    let mut seen = 0;
    for member in members {
        let manifest = Path::new(member["manifest_path"].as_str().unwrap());
        let folder = manifest.parent().unwrap().strip_prefix(plain(source())).unwrap().display().to_string();
        let shown = if folder.is_empty() { ".".into() } else { format!("{folder}/") };
        let row = format!("| `{shown}` | `{}` |", member["name"].as_str().unwrap());
        assert!(page.contains(&row), "docs/src/internals/crates.md has no row {row}");
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}
