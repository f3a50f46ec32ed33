//! A minimal in-memory EVM.

use revm::context::result::{ExecutionResult, Output};
use revm::context::{BlockEnv, CfgEnv, Journal, TxEnv};
use revm::database::{CacheDB, EmptyDB};
pub use revm::primitives::hardfork::SpecId;
use revm::primitives::{Address, Bytes, TxKind};
use revm::{Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm};

type Database = CacheDB<EmptyDB>;
type Ctx = Context<BlockEnv, TxEnv, CfgEnv, Database, Journal<Database>, ()>;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It returned these bytes.
    Returned(Vec<u8>),
    /// It reverted with these bytes.
    Reverted(Vec<u8>),
    /// It ran out of gas or failed in another way.
    Halted,
}

/// A chain with one deployed contract.
pub struct Chain {
    evm: MainnetEvm<Ctx>,
    contract: Address,
}

fn transaction(kind: TxKind, data: Vec<u8>, gas: u64) -> TxEnv {
    let caller = Address::repeat_byte(0x11);
    TxEnv::builder().caller(caller).kind(kind).data(Bytes::from(data)).gas_limit(gas).gas_price(0).build().unwrap()
}

impl Chain {
    /// Deploys creation bytecode under the rules of Cancun.
    ///
    /// # Panics
    ///
    /// If the deployment fails.
    pub fn deploy(creation: Vec<u8>) -> Self {
        Self::deploy_under(SpecId::CANCUN, creation).expect("the deployment succeeds")
    }

    /// Deploys creation bytecode on a chain with other rules and prices; `None` if the constructor
    /// refuses.
    ///
    /// # Panics
    ///
    /// If the transaction is not one.
    pub fn deploy_under(rules: SpecId, creation: Vec<u8>) -> Option<Self> {
        let context: Ctx = Context::mainnet().with_db(CacheDB::new(EmptyDB::default())).modify_cfg_chained(|config| {
            config.set_spec_and_mainnet_gas_params(rules);
            config.disable_nonce_check = true;
        });
        let mut evm = context.build_mainnet();
        let result = evm.transact_commit(transaction(TxKind::Create, creation, 10_000_000)).unwrap();
        match result {
            ExecutionResult::Success { output: Output::Create(_, Some(contract)), .. } => Some(Self { evm, contract }),
            _ => None,
        }
    }

    /// Calls the contract. Returns the outcome and the gas of the whole transaction.
    ///
    /// # Panics
    ///
    /// If the transaction is not one.
    pub fn call(&mut self, data: Vec<u8>) -> (Outcome, u64) {
        self.call_with(500_000, data)
    }

    /// As [`Chain::call`], with a limit of gas.
    ///
    /// # Panics
    ///
    /// If the transaction is not one.
    pub fn call_with(&mut self, gas: u64, data: Vec<u8>) -> (Outcome, u64) {
        let result = self.evm.transact(transaction(TxKind::Call(self.contract), data, gas)).unwrap().result;
        match result {
            ExecutionResult::Success { gas, output, .. } => {
                (Outcome::Returned(output.into_data().to_vec()), gas.tx_gas_used())
            }
            ExecutionResult::Revert { gas, output, .. } => (Outcome::Reverted(output.to_vec()), gas.tx_gas_used()),
            ExecutionResult::Halt { gas, .. } => (Outcome::Halted, gas.tx_gas_used()),
        }
    }
}

/// The outcome of a call that returns a boolean.
pub fn boolean(value: bool) -> Outcome {
    let mut word = vec![0; 32];
    word[31] = u8::from(value);
    Outcome::Returned(word)
}
