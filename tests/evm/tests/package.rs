//! The npm package of `contracts/`, as a project of somebody else's uses it.

use std::fs;
use std::os::unix::fs::symlink;

use tailproof_evm_tests::tools::{forge, npm};
use tailproof_test_support::source;

/// A contract that imports the interfaces and extends one of the contracts' libraries.
const USER: &str = r#"// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
import {IMandateLedger} from "tailproof-contracts/src/interfaces/IMandateLedger.sol";
import {IRiskFeed} from "tailproof-contracts/src/interfaces/IRiskFeed.sol";
import {MarginAdapter} from "tailproof-contracts/src/feed/MarginAdapter.sol";
contract Vault {
    IMandateLedger public immutable ledger;
    constructor(IMandateLedger ledger_) { ledger = ledger_; }
    function mayBorrow(address who, bytes32 mandate) external view returns (bool) { return ledger.isCompliant(who, mandate); }
    function margin(MarginAdapter adapter) external view returns (uint256) { return adapter.margin(); }
}
"#;

#[test]
fn a_project_of_somebody_elses_builds_with_the_packed_contracts() {
    let contracts = source().join("contracts");
    forge(&["build", "--offline", "src"], &contracts);
    let folder = tempfile::tempdir().unwrap();
    let tarball = npm(&["pack", "--silent", "--pack-destination", folder.path().to_str().unwrap()], &contracts);
    let tarball = folder.path().join(tarball.trim());
    let modules = folder.path().join("node_modules");
    fs::create_dir_all(&modules).unwrap();
    let untar =
        std::process::Command::new("tar").arg("-xzf").arg(&tarball).current_dir(folder.path()).status().unwrap();
    assert!(untar.success());
    let package = folder.path().join("package");
    assert!(package.join("abi/IMandateLedger.json").is_file(), "the ABIs are in the package");
    assert!(!package.join("test").exists() && !package.join("out").exists(), "tests and artefacts are not");
    fs::rename(&package, modules.join("tailproof-contracts")).unwrap();
    // Of the package's own dependencies.
    symlink(contracts.join("node_modules/@openzeppelin"), modules.join("@openzeppelin")).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/Vault.sol"), USER).unwrap();
    for file in ["solc", "native.js"] {
        fs::copy(contracts.join(file), folder.path().join(file)).unwrap();
    }
    symlink(contracts.join("node_modules/solc"), modules.join("solc")).unwrap();
    let toml = "[profile.default]\nlibs = []\nsolc = \"./solc\"\noffline = true\nevm_version = \"cancun\"\n\
                remappings = [\"tailproof-contracts/=node_modules/tailproof-contracts/\", \
                \"@openzeppelin/=node_modules/@openzeppelin/\"]\n";
    fs::write(folder.path().join("foundry.toml"), toml).unwrap();
    forge(&["build", "--offline"], folder.path());
    assert!(folder.path().join("out/Vault.sol/Vault.json").is_file());
}
