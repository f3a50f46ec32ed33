//! `tailproof chain deploy`: the contracts of a configuration.

use std::path::Path;

use alloy::primitives::{Address, Bytes, FixedBytes, U256, hex};
use alloy::sol;
use alloy::sol_types::{SolCall, SolValue};
use serde_json::json;
use sha2::{Digest, Sha256};
use tailproof::keys::{Provenance, VerifyingKey, key_digest};
use tailproof_core::Mandate;

use super::session::{same_chain, sending};
use super::{plan, window};
use crate::artifacts;
use crate::cli::{Common, Deploy};
use crate::config::{Config, FeedConfig, MandateConfig, Window};
use crate::contracts::window::WindowState::Setup;
use crate::contracts::{MandateLedger, VerifierRouter};
use crate::deployment::{self, Contract, Deployment};
use crate::error::Failure;
use crate::journal::Journal;
use crate::ladder::millionths;
use crate::node::{Call, Node, Sender};
use crate::output::{progress, result};
use crate::terms::{self, Under};

pub mod security;

sol! {
    /// OpenZeppelin's access manager.
    interface AccessManager {
        function grantRole(uint64 roleId, address account, uint32 executionDelay) external;
        function renounceRole(uint64 roleId, address callerConfirmation) external;
        function setTargetFunctionRole(address target, bytes4[] selectors, uint64 roleId) external;
        function hasRole(uint64 roleId, address account) external view returns (bool isMember, uint32 executionDelay);
    }
    interface Verifier {
        function KEY_DIGEST() external view returns (bytes32);
    }
}

/// Role of those who add verifiers.
const LISTER: u64 = 1;
/// Role of those who stop keys.
const GUARDIAN: u64 = 2;
/// Chain of development nodes.
const DEVELOPMENT_CHAIN: u64 = 31_337;

/// A deployment that is under way.
struct Deploying<'a> {
    node: Node,
    sender: Sender,
    journal: Journal,
    deployment: Deployment,
    path: &'a Path,
    artifacts: &'a Path,
    transactions: usize,
}

pub async fn run(common: &Common, options: &Deploy) -> Result<(), Failure> {
    let config = Config::read(&options.config)?;
    let node = Node::connect(&common.rpc).await?;
    let keys = config.window.iter().map(|window| key(window, &node, options)).collect::<Result<Vec<_>, _>>()?;
    let mandates = plan::checked(&config, &keys, &options.artifacts)?;
    let (sender, journal) = sending(common, &options.sending)?;
    let deployment = if common.deployment.exists() {
        let deployment = Deployment::read(&common.deployment)?;
        same_chain(&node, &deployment, &common.deployment)?;
        deployment
    } else {
        Deployment::new(node.chain_id())
    };
    let (path, artifacts) = (&*common.deployment, &*options.artifacts);
    let mut deploying = Deploying { node, sender, journal, deployment, path, artifacts, transactions: 0 };
    deploying.all(&config, &keys, &mandates).await?;
    let names: Vec<&String> = deploying.deployment.contracts.keys().collect();
    let line = format!(
        "{} contracts and {} mandates on chain {}; {} transactions were sent: {}",
        names.len(),
        deploying.deployment.mandates.len(),
        deploying.deployment.chain_id,
        deploying.transactions,
        path.display()
    );
    let contracts: serde_json::Map<_, _> =
        deploying.deployment.contracts.iter().map(|(name, contract)| (name.clone(), json!(contract.address))).collect();
    let mandates: serde_json::Map<_, _> =
        deploying.deployment.mandates.iter().map(|(name, mandate)| (name.clone(), json!(mandate.id))).collect();
    let json = json!({ "contracts": contracts, "mandates": mandates, "transactions": deploying.transactions });
    result(common.json, &json, &line);
    Ok(())
}

/// Reads a window's key, and refuses one that anybody may be able to forge under.
fn key(window: &Window, node: &Node, options: &Deploy) -> Result<VerifyingKey, Failure> {
    let key = window::key(&window.keys)?;
    let provenance = key.header().provenance;
    let fault = match (provenance.is_insecure(), provenance) {
        (false, _) => None,
        (true, Provenance::InsecureDevelopment) => Some("are development keys"),
        (true, _) => Some("come from powers of tau that one party may have made, as in a rehearsal"),
    };
    match fault {
        Some(fault) if node.chain_id() != DEVELOPMENT_CHAIN && !options.insecure_dev => Err(Failure::Usage(format!(
            "the keys in {} {fault}; whoever made them can forge every proof, and chain {} is no development chain. Make \
             keys with others: `tailproof ceremony`, as the guide \"A ceremony of three\" shows. To deploy these all the \
             same, for an exercise: --insecure-dev",
            window.keys.display(),
            node.chain_id()
        ))),
        Some(fault) => {
            progress(&format!(
                "warning: the keys in {} {fault}; whoever made them can forge proofs",
                window.keys.display()
            ));
            Ok(key)
        }
        None => Ok(key),
    }
}

impl Deploying<'_> {
    async fn all(&mut self, config: &Config, keys: &[VerifyingKey], mandates: &[Mandate]) -> Result<(), Failure> {
        let own = self.sender.signer.address();
        let manager = self.contract("access", "AccessManager", own.abi_encode()).await?;
        let router = self.contract("router", "VerifierRouter", manager.abi_encode()).await?;
        self.roles_of_own(manager, router).await?;
        for (window, key) in config.window.iter().zip(keys) {
            self.window(window, key, router).await?;
        }
        let ledger = self.contract("ledger", "MandateLedger", router.abi_encode()).await?;
        self.contract("backtest", "BacktestLedger", ledger.abi_encode()).await?;
        for (mandate, document) in config.mandate.iter().zip(mandates) {
            let place = config.window.iter().position(|window| window.name == mandate.window);
            let key = &keys[place.expect("checked when the configuration was read")];
            self.mandate(mandate, document, key, ledger).await?;
        }
        for feed in &config.feed {
            self.feed(feed, ledger).await?;
        }
        self.cover(config).await?;
        self.hand_over(config, manager).await
    }

    /// Deploys an entity's feed, and its margin.
    async fn feed(&mut self, feed: &FeedConfig, ledger: Address) -> Result<(), Failure> {
        let mandate = self.deployment.mandate(&feed.mandate)?;
        let (id, backtest) = (mandate.id, self.deployment.contract(&mandate.backtest)?.address);
        let description = format!("{}: {}", feed.mandate, feed.name);
        let arguments = (ledger, feed.entity, id, description).abi_encode_params();
        let name = format!("{}.feed", feed.name);
        let address = self.contract(&name, "RiskFeed", arguments).await?;
        if let Some(margin) = &feed.margin {
            let millionth = |text: &String| Ok::<_, Failure>(U256::from(millionths(text)?));
            let [none, green, yellow, red] = &margin.multipliers;
            let multipliers = [millionth(none)?, millionth(green)?, millionth(yellow)?, millionth(red)?];
            let (silent, behind) = (U256::from(margin.most_silent), U256::from(margin.most_behind));
            let fall = millionth(&margin.fall)?;
            let arguments = (address, backtest, multipliers, fall, silent, behind).abi_encode_params();
            self.contract(&format!("{}.margin", feed.name), "MarginAdapter", arguments).await?;
        }
        Ok(())
    }

    /// Deploys a contract, unless it is there.
    async fn contract(&mut self, name: &str, kind: &str, arguments: Vec<u8>) -> Result<Address, Failure> {
        let code = artifacts::code(&artifacts::path(self.artifacts, kind))?;
        self.deploy(name, kind, &code, arguments).await
    }

    async fn deploy(&mut self, name: &str, kind: &str, code: &Bytes, arguments: Vec<u8>) -> Result<Address, Failure> {
        let data: Bytes = [code, &arguments[..]].concat().into();
        let code_sha256 = hex::encode(Sha256::digest(&data));
        if let Some(there) = self.deployment.contracts.get(name) {
            if there.code_sha256 != code_sha256 {
                return Err(Failure::malformed(self.path)(format!(
                    "contract \"{name}\" was deployed from other code or with other arguments than those of today. Contracts \
                     do not change: name another --deployment file for a new one"
                )));
            }
            if self.node.code(there.address).await?.is_empty() {
                return Err(Failure::malformed(self.path)(format!(
                    "contract \"{name}\" is not at {} on this chain: was the node started anew?",
                    there.address
                )));
            }
            return Ok(there.address);
        }
        let call = Call { contract: kind.to_owned(), name: "constructor".to_owned(), to: None, data };
        let step = format!("deploy/{name}");
        let receipt = self.node.send_once(&self.sender, &mut self.journal, &step, &call).await?;
        let sent = self.journal.pending(&step).map(|pending| pending.from.create(pending.nonce));
        let Some(address) = receipt.contract_address.filter(|address| Some(*address) == sent) else {
            let problem =
                format!("its receipt of {step} shows another address than the one that follows from the nonce");
            return Err(Failure::Rpc { rpc: self.node.name().to_owned(), problem });
        };
        let contract = Contract {
            kind: kind.to_owned(),
            address,
            transaction: receipt.transaction_hash,
            block: receipt.block_number.unwrap_or_default(),
            code_sha256,
            arguments: arguments.into(),
        };
        self.deployment.contracts.insert(name.to_owned(), contract);
        self.deployment.write(self.path)?;
        self.journal.settle(&step)?;
        self.transactions += 1;
        progress(&format!("{name} ({kind}): {address}, gas {}", receipt.gas_used));
        Ok(address)
    }

    /// Sends a call.
    async fn call<C: SolCall>(&mut self, step: &str, contract: &str, to: Address, call: &C) -> Result<(), Failure> {
        let call = Call::function(contract, to, call);
        let receipt = self.node.send_once(&self.sender, &mut self.journal, step, &call).await?;
        self.journal.settle(step)?;
        self.transactions += 1;
        progress(&format!("{step}: gas {}", receipt.gas_used));
        Ok(())
    }

    async fn has_role(&self, manager: Address, role: u64, account: Address) -> Result<bool, Failure> {
        let call = AccessManager::hasRoleCall { roleId: role, account };
        Ok(self.node.view("AccessManager", manager, &call).await?.isMember)
    }

    /// Gives the deployer, who is the manager's admin for now, the role of adding verifiers without a delay.
    async fn roles_of_own(&mut self, manager: Address, router: Address) -> Result<(), Failure> {
        let own = self.sender.signer.address();
        if !self.has_role(manager, 0, own).await? {
            // Handed over already: everything is in place.
            return Ok(());
        }
        let roles: [(&str, u64, Vec<[u8; 4]>); 2] = [
            ("lister", LISTER, vec![VerifierRouter::addCall::SELECTOR, VerifierRouter::freezeCall::SELECTOR]),
            ("guardian", GUARDIAN, vec![VerifierRouter::stopCall::SELECTOR]),
        ];
        if self.has_role(manager, LISTER, own).await? {
            return Ok(());
        }
        for (name, role, selectors) in roles {
            let selectors = selectors.into_iter().map(FixedBytes::from).collect();
            let call = AccessManager::setTargetFunctionRoleCall { target: router, selectors, roleId: role };
            self.call(&format!("roles/{name}"), "AccessManager", manager, &call).await?;
        }
        let call = AccessManager::grantRoleCall { roleId: LISTER, account: own, executionDelay: 0 };
        self.call("roles/own", "AccessManager", manager, &call).await
    }

    /// Gives the roles to whom they belong, and gives up the deployer's own.
    async fn hand_over(&mut self, config: &Config, manager: Address) -> Result<(), Failure> {
        let own = self.sender.signer.address();
        if !self.has_role(manager, 0, own).await? {
            return Ok(());
        }
        let access = &config.access;
        for (name, role, account, delay) in [
            ("guardian", GUARDIAN, access.guardian, 0),
            ("lister", LISTER, access.admin, access.delay),
            ("admin", 0, access.admin, access.delay),
        ] {
            let asked = AccessManager::hasRoleCall { roleId: role, account };
            let has = self.node.view("AccessManager", manager, &asked).await?;
            if has.isMember && has.executionDelay == delay {
                continue;
            }
            let call = AccessManager::grantRoleCall { roleId: role, account, executionDelay: delay };
            self.call(&format!("roles/grant/{name}"), "AccessManager", manager, &call).await?;
        }
        if access.admin != own {
            for (name, role) in [("lister", LISTER), ("admin", 0)] {
                let call = AccessManager::renounceRoleCall { roleId: role, callerConfirmation: own };
                self.call(&format!("roles/renounce/{name}"), "AccessManager", manager, &call).await?;
            }
        }
        Ok(())
    }

    /// Deploys a key's verifier, and its window.
    async fn window(&mut self, window: &Window, key: &VerifyingKey, router: Address) -> Result<(), Failure> {
        let name = &window.name;
        let code = artifacts::code(&window.verifier)?;
        let verifier = self.deploy(&format!("{name}.verifier"), "TailproofVerifier", &code, Vec::new()).await?;
        let digest = self.node.view("TailproofVerifier", verifier, &Verifier::KEY_DIGESTCall {}).await?;
        if digest.0 != key_digest(key) {
            return Err(Failure::malformed(&window.verifier)(format!(
                "is of key {}, and {} has {}: write the contract again with `tailproof solidity`, and run `forge build`",
                hex::encode(digest),
                window.keys.display(),
                hex::encode(key_digest(key))
            )));
        }
        let added = self.node.view("VerifierRouter", router, &VerifierRouter::verifierOfCall { key: digest }).await?;
        if added == Address::ZERO {
            self.call(&format!("router/add/{name}"), "VerifierRouter", router, &VerifierRouter::addCall { verifier })
                .await?;
        } else if added != verifier {
            return Err(Failure::Usage(format!(
                "the router has {added} for the key of window \"{name}\", not {verifier}"
            )));
        }
        let arguments = (window.seats.clone(), U256::from(window.quorum)).abi_encode_params();
        let rows = self.contract(&format!("{name}.rows"), "SignedRow", arguments).await?;
        let prices = window::history(&window.prices)?;
        let factors = tailproof_core::scenarios::factors::factors_digest(prices.factors());
        let setup = Setup {
            key: verifier,
            rows,
            factors: factors.into(),
            origin: window.origin,
            periodLength: window.period,
            absolute: U256::ZERO,
            unit: 0,
        };
        self.contract(name, "RollingWindow", (setup,).abi_encode_params()).await?;
        Ok(())
    }

    /// Opens a mandate, unless it is there.
    async fn mandate(
        &mut self,
        config: &MandateConfig,
        document: &Mandate,
        key: &VerifyingKey,
        ledger: Address,
    ) -> Result<(), Failure> {
        let source = self.deployment.contract(&config.window)?.address;
        let under = Under { key: key_digest(key).into(), shape: key.shape(), source, mandate: document };
        let (terms, ladder) = terms::terms(config, &under)?;
        let id = terms::id(&terms);
        if let Some(there) = self.deployment.mandates.get(&config.name) {
            if there.id == id {
                return Ok(());
            }
            return Err(Failure::malformed(self.path)(format!(
                "mandate \"{}\" was opened with other terms; terms do not change: give the new ones another name",
                config.name
            )));
        }
        let step = format!("mandate/{}", config.name);
        let document = terms.document;
        let there = self.node.view("MandateLedger", ledger, &MandateLedger::rulesOfCall { mandate: id }).await;
        if there.is_err() || self.journal.pending(&step).is_some() {
            self.call(&step, "MandateLedger", ledger, &MandateLedger::openCall { terms }).await?;
        }
        let mandate = deployment::Mandate {
            id,
            ledger: "ledger".to_owned(),
            window: config.window.clone(),
            backtest: "backtest".to_owned(),
            document,
            ladder,
            shape: key.shape().to_string(),
        };
        self.deployment.mandates.insert(config.name.clone(), mandate);
        self.deployment.write(self.path)
    }
}
