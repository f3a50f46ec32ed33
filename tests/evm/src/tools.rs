//! Node, solc and snarkjs, which npm installs in `contracts/`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tailproof_test_support::{Desk, KEYS, Run, made_once, run, source, tailproof};

/// The folder with the Solidity project and its npm packages.
///
/// # Panics
///
/// If the packages are not installed.
pub fn contracts() -> PathBuf {
    let folder = source().join("contracts");
    assert!(
        folder.join("node_modules").exists(),
        "the tools of contracts/ are not installed; run tests/run, or: cd contracts && npm install --no-save --ignore-scripts"
    );
    folder
}

/// Runs node on a script of the Solidity project, with a text on its standard input.
///
/// # Panics
///
/// If node cannot be started.
pub fn node(arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new("node")
        .args(arguments)
        .current_dir(contracts())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node is on the PATH");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs forge in a folder and returns what it prints.
///
/// # Panics
///
/// If it fails.
pub fn forge(arguments: &[&str], folder: &Path) -> String {
    let binary = node(&["native.js", "forge"], "").expect(0).stdout;
    let run = run(binary.trim(), arguments, folder);
    assert_eq!(run.status, 0, "forge {arguments:?}: {run:?}");
    run.stdout
}

/// Runs npm in a folder and returns what it prints.
///
/// # Panics
///
/// If it fails.
pub fn npm(arguments: &[&str], folder: &Path) -> String {
    let run = run("npm", arguments, folder);
    assert_eq!(run.status, 0, "npm {arguments:?}: {run:?}");
    run.stdout
}

/// Runs the command of snarkjs in a desk's folder and returns what it prints.
///
/// # Panics
///
/// If it fails.
pub fn snarkjs(desk: &Desk, line: &str) -> String {
    let cli = contracts().join("node_modules/snarkjs/cli.js").canonicalize().unwrap();
    let arguments = [cli.to_str().unwrap()].into_iter().chain(line.split(' '));
    let run = run("node", arguments, &desk.path(""));
    assert_eq!(run.status, 0, "snarkjs {line}: {run:?}");
    run.stdout
}

/// A verifier contract, compiled and called with a proof.
pub struct Contract {
    /// Its creation bytecode.
    pub bytecode: Vec<u8>,
    /// Its function selectors by signature, in hexadecimal.
    pub selectors: Value,
    /// The call with the proof `p.json`.
    pub calldata: Vec<u8>,
}

impl Contract {
    /// Generates the contract for keys, compiles it, and makes the call with the desk's proof
    /// `p.json`.
    ///
    /// # Panics
    ///
    /// If the contract does not compile.
    pub fn new(desk: &Desk, keys: &str) -> Self {
        desk.run(format!("solidity --keys {keys} -o V.sol")).expect(0);
        let (bytecode, selectors) = compile(&desk.read("V.sol"));
        let calldata = desk.run("calldata --proof p.json").expect(0).stdout;
        let calldata = hex::decode(calldata.trim().strip_prefix("0x").unwrap()).unwrap();
        Self { bytecode, selectors, calldata }
    }
}

/// The creation bytecode and the function selectors of the contract in a Solidity source.
///
/// # Panics
///
/// If the contract does not compile.
pub fn compile(source: &str) -> (Vec<u8>, Value) {
    let evm = compiled(source, false, true, "cancun");
    (hex::decode(evm["bytecode"]["object"].as_str().unwrap()).unwrap(), evm["methodIdentifiers"].clone())
}

/// The compiler's output for the contract in a Solidity source: bytecode, opcodes and function
/// selectors.
///
/// # Panics
///
/// If the contract does not compile.
pub fn compiled(source: &str, via_ir: bool, optimizer: bool, version: &str) -> Value {
    let input = json!({
        "language": "Solidity",
        "sources": { "V.sol": { "content": source } },
        "settings": {
            "viaIR": via_ir,
            "optimizer": { "enabled": optimizer, "runs": 10000 },
            "evmVersion": version,
            // Behind the code stands a digest of the source, whose bytes are no opcodes.
            "metadata": { "appendCBOR": false },
            "outputSelection": {
                "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.opcodes", "evm.methodIdentifiers"] }
            },
        },
    });
    let output = node(&["solc", "--standard-json"], &input.to_string()).expect(0).json();
    let evm = &output["contracts"]["V.sol"]["TailproofVerifier"]["evm"];
    assert!(evm["bytecode"]["object"].is_string(), "{output}");
    evm.clone()
}

/// Keys of a shape from the ceremony of `tests/ceremony`, made once per circuit and version of key
/// files: a name in the desk.
///
/// # Panics
///
/// If the ceremony fails.
pub fn ceremony_keys(desk: &Desk, shape: &str) -> String {
    let circuit =
        desk.run(format!("shape {shape} --json")).expect(0).json()["circuit"].as_str().unwrap()[..16].to_owned();
    let made = made_once(KEYS, &format!("ceremony-{}-{circuit}", shape.replace('/', "-")), |folder| {
        let script = source().join("tests/ceremony").canonicalize().unwrap();
        run(script, [tailproof().as_os_str(), ".".as_ref(), shape.as_ref()], folder).expect(0);
    });
    desk.link(&format!("ceremony-keys-{}", shape.replace('/', "-")), &made.join("keys"))
}

/// Powers of tau of power 11 that snarkjs made, with one contribution, made once: a name in the
/// desk.
pub fn snarkjs_powers(desk: &Desk) -> String {
    let made = made_once("test-keys", "snarkjs-powers-11", |folder| {
        let desk = Desk::new();
        snarkjs(&desk, "powersoftau new bn128 11 new.ptau");
        snarkjs(&desk, "powersoftau contribute new.ptau one.ptau --name=one -e=text");
        snarkjs(&desk, "powersoftau prepare phase2 one.ptau powers.ptau");
        std::fs::copy(desk.path("powers.ptau"), folder.join("powers.ptau")).unwrap();
    });
    desk.link("powers.ptau", &made.join("powers.ptau"))
}
