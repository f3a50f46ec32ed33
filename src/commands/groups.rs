//! `tailproof groups`: the digest of a file of groups, and its groups.

use serde_json::{Map, Value, json};
use tailproof::core::mandate::Groups;
use tailproof::core::{InputError, ScenarioSet};

use crate::cli::GroupsFile;
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};

/// Runs `tailproof groups`.
pub fn run(options: &GroupsFile) -> Result<(), Failure> {
    let groups = files::groups(&options.groups)?;
    let set = options.scenarios.as_deref().map(files::scenarios).transpose()?.map(|(set, _)| set);
    let of_file = |problem| InputError::in_file(&options.groups.display().to_string(), problem);
    let mut all = Vec::new();
    for classification in groups.classifications() {
        let listed = listed(&groups, classification, set.as_ref()).map_err(of_file)?;
        all.push((classification, listed));
    }
    let digest = hex::encode(groups.digest());
    if options.json {
        let of = |listed: &[(String, Vec<String>)]| -> Value {
            listed.iter().map(|(group, factors)| (group.clone(), json!(factors))).collect::<Map<_, _>>().into()
        };
        let classifications: Map<String, Value> =
            all.iter().map(|(name, listed)| ((*name).to_owned(), of(listed))).collect();
        print_json(&json!({ "digest": digest, "classifications": classifications }));
        return Ok(());
    }
    out!("digest {digest}");
    for (name, listed) in &all {
        for (group, factors) in listed {
            let factors = if factors.is_empty() { "no factor".to_owned() } else { factors.join(", ") };
            out!("{name} {group}: {factors}");
        }
    }
    Ok(())
}

/// Returns the groups of a classification with the factors of a set that are in them, or, without a set,
/// with those that the file lists.
fn listed(
    groups: &Groups,
    classification: &str,
    set: Option<&ScenarioSet>,
) -> Result<Vec<(String, Vec<String>)>, tailproof::core::Problem> {
    let mut found = Vec::new();
    for group in groups.names(classification)? {
        let factors = match set {
            Some(set) => {
                let members = groups.members(classification, group, set.factors(), |column| set.is_exposure(column))?;
                let named = set.factors().iter().zip(members).filter(|(_, is_in)| *is_in);
                named.map(|(name, _)| name.clone()).collect()
            }
            None => groups.listed(classification, group)?.to_vec(),
        };
        found.push((group.to_owned(), factors));
    }
    Ok(found)
}
