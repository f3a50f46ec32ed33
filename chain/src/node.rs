//! A node: reading, simulating, and sending once.

use std::time::Duration;

use alloy::eips::eip2718::Encodable2718 as _;
use alloy::network::{EthereumWallet, NetworkTransactionBuilder, TransactionBuilder};
use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use alloy::providers::{Provider, ProviderBuilder, RootProvider};
use alloy::rpc::types::{Filter, Log, TransactionReceipt, TransactionRequest};
use alloy::signers::local::PrivateKeySigner;
use alloy::sol_types::{SolCall, SolValue as _};
use alloy::transports::{RpcError, TransportErrorKind};

use crate::contracts::reason;
use crate::error::Failure;
use crate::journal::{Journal, Pending};
use crate::output::progress;

type TransportError = RpcError<TransportErrorKind>;

/// How often a receipt is asked for, after a few questions in quick succession: some chains have blocks in an instant.
const POLL: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 250 });
/// The first wait; each is twice the one before.
const FIRST_POLL: Duration = Duration::from_millis(8);
/// Part of a block's gas that an estimate is raised by: the state may change before the block.
const MARGIN_PERCENT: u64 = 20;
/// Blocks whose events are asked for at once.
const BLOCKS: u64 = 10_000;
/// Wei of a gwei.
const GWEI: u128 = 1_000_000_000;
/// Polls without a receipt, though the nonce is used, after which a transaction counts as replaced: ten seconds.
const MISSING: u32 = 40;
/// Polls after which a transaction is sent again, and its wait is said: half a minute.
const PATIENCE: u32 = 120;

/// A connection to a node.
#[derive(Debug, Clone)]
pub struct Node {
    provider: RootProvider,
    /// Address without user, password, path and query, which may be secret.
    name: String,
    chain_id: u64,
}

/// Who sends, and how long is waited.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Signs transactions.
    pub signer: PrivateKeySigner,
    /// Blocks on top of a transaction's own, itself included.
    pub confirmations: u64,
    /// Most that is paid for a unit of gas, in gwei.
    pub max_fee: u64,
}

/// What a transaction does.
#[derive(Debug, Clone)]
pub struct Call {
    /// Name of the contract, in messages.
    pub contract: String,
    /// Name of the function, in messages.
    pub name: String,
    /// `None` deploys.
    pub to: Option<Address>,
    /// Calldata, or code with arguments.
    pub data: Bytes,
}

impl Call {
    /// A call of a function.
    pub fn function<C: SolCall>(contract: &str, to: Address, call: &C) -> Self {
        let name = C::SIGNATURE.split('(').next().unwrap_or_default().to_owned();
        Self { contract: contract.to_owned(), name, to: Some(to), data: call.abi_encode().into() }
    }

    fn request(&self, from: Address) -> TransactionRequest {
        let request = TransactionRequest::default().with_from(from).with_input(self.data.clone());
        match self.to {
            Some(to) => request.with_to(to),
            None => request.into_create(),
        }
    }
}

impl Node {
    /// Connects to a node and asks for its chain.
    ///
    /// # Errors
    /// The address is none, or nobody answers.
    pub async fn connect(rpc: &str) -> Result<Self, Failure> {
        let url: alloy::transports::http::reqwest::Url =
            rpc.parse().map_err(|error| Failure::Usage(format!("--rpc: {error}; such as http://127.0.0.1:8545")))?;
        let name = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{}://{host}:{port}", url.scheme()),
            (Some(host), None) => format!("{}://{host}", url.scheme()),
            _ => return Err(Failure::Usage("--rpc: no host; such as http://127.0.0.1:8545".to_owned())),
        };
        let provider = ProviderBuilder::default().connect_http(url);
        let mut node = Self { provider, name, chain_id: 0 };
        node.chain_id = node.provider.get_chain_id().await.map_err(|error| node.failure(&error))?;
        Ok(node)
    }

    /// Returns the number of the chain.
    pub fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Returns the address of the node, without what may be secret.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn failure(&self, error: &TransportError) -> Failure {
        // Errors of the transport may repeat the address with its secrets.
        let problem = match error {
            RpcError::ErrorResp(payload) => payload.message.to_string(),
            RpcError::Transport(TransportErrorKind::HttpError(error)) => format!("status {}", error.status),
            RpcError::Transport(_) => "no connection".to_owned(),
            _ => "an answer that is no JSON-RPC".to_owned(),
        };
        Failure::Rpc { rpc: self.name.clone(), problem }
    }

    fn refused(&self, contract: &str, call: &str, error: &TransportError) -> Failure {
        let RpcError::ErrorResp(payload) = error else { return self.failure(error) };
        let Some(data) = payload.as_revert_data() else {
            // A revert without data, or no revert at all.
            if payload.message.contains("revert") {
                let reason = "no reason was given".to_owned();
                return Failure::Refused { contract: contract.to_owned(), call: call.to_owned(), reason };
            }
            return self.failure(error);
        };
        Failure::Refused { contract: contract.to_owned(), call: call.to_owned(), reason: reason(&data) }
    }

    /// Calls a view function at the newest block.
    ///
    /// # Errors
    /// The contract reverts, or there is no contract.
    pub async fn view<C: SolCall>(&self, contract: &str, to: Address, call: &C) -> Result<C::Return, Failure> {
        self.simulate(contract, Address::ZERO, to, call).await
    }

    /// Returns what a transaction of `from` would return at the newest block. Nothing is sent.
    ///
    /// # Errors
    /// As [`Node::view`].
    pub async fn simulate<C: SolCall>(
        &self,
        contract: &str,
        from: Address,
        to: Address,
        call: &C,
    ) -> Result<C::Return, Failure> {
        let asked = Call::function(contract, to, call);
        let request = TransactionRequest::default().with_from(from).with_to(to).with_input(asked.data.clone());
        let bytes = self.provider.call(request).await.map_err(|error| self.refused(contract, &asked.name, &error))?;
        C::abi_decode_returns(&bytes).map_err(|_| Failure::Refused {
            contract: contract.to_owned(),
            call: asked.name,
            reason: format!("{to} answers {} bytes that are no result; is it this contract?", bytes.len()),
        })
    }

    /// Returns the events that match, oldest first.
    ///
    /// # Errors
    /// The node refuses.
    pub async fn logs(&self, filter: &Filter) -> Result<Vec<Log>, Failure> {
        let first = filter.get_from_block().unwrap_or_default();
        let last = match filter.get_to_block() {
            Some(last) => last,
            None => self.newest().await?,
        };
        let mut logs = Vec::new();
        let mut from = first;
        // Providers refuse to look at many blocks at once.
        while from <= last {
            let to = last.min(from + BLOCKS - 1);
            let part = filter.clone().from_block(from).to_block(to);
            logs.extend(self.provider.get_logs(&part).await.map_err(|error| self.failure(&error))?);
            from = to + 1;
        }
        Ok(logs)
    }

    /// Returns the time of the newest block.
    ///
    /// # Errors
    /// The node refuses.
    pub async fn time(&self) -> Result<u64, Failure> {
        let block = self.provider.get_block(alloy::eips::BlockId::latest()).await.map_err(|e| self.failure(&e))?;
        Ok(block.map_or(0, |block| block.header.timestamp))
    }

    /// Returns the time and hash of a block.
    ///
    /// # Errors
    /// The node refuses, or has no such block.
    pub async fn block(&self, number: u64) -> Result<(u64, B256), Failure> {
        let block = self.provider.get_block(number.into()).await.map_err(|error| self.failure(&error))?;
        let block = block.ok_or_else(|| Failure::Rpc {
            rpc: self.name.clone(),
            problem: format!("block {number} is not there; was the chain reorganised?"),
        })?;
        Ok((block.header.timestamp, block.header.hash))
    }

    /// Returns the hash of a block; `None` if the node has no such block.
    ///
    /// # Errors
    /// The node refuses.
    pub async fn hash(&self, number: u64) -> Result<Option<B256>, Failure> {
        let block = self.provider.get_block(number.into()).await.map_err(|error| self.failure(&error))?;
        Ok(block.map(|block| block.header.hash))
    }

    /// Returns the number of the newest block.
    ///
    /// # Errors
    /// The node refuses.
    pub async fn newest(&self) -> Result<u64, Failure> {
        self.provider.get_block_number().await.map_err(|error| self.failure(&error))
    }

    /// Returns the nonce of an account's next transaction.
    ///
    /// # Errors
    /// The node refuses.
    pub async fn nonce(&self, account: Address) -> Result<u64, Failure> {
        self.provider.get_transaction_count(account).pending().await.map_err(|error| self.failure(&error))
    }

    /// Returns the code at an address.
    ///
    /// # Errors
    /// The node refuses.
    pub async fn code(&self, address: Address) -> Result<Bytes, Failure> {
        self.provider.get_code_at(address).await.map_err(|error| self.failure(&error))
    }

    /// Returns the constant that a getter without arguments answers with.
    ///
    /// # Errors
    /// The contract reverts, or does not answer with one word.
    pub async fn constant(&self, contract: &str, to: Address, name: &str, getter: Bytes) -> Result<U256, Failure> {
        let request = TransactionRequest::default().with_to(to).with_input(getter);
        let bytes = self.provider.call(request).await.map_err(|error| self.refused(contract, name, &error))?;
        U256::abi_decode(&bytes).map_err(|_| Failure::Refused {
            contract: contract.to_owned(),
            call: name.to_owned(),
            reason: format!("{to} answers {} bytes that are no constant; is it a generated verifier?", bytes.len()),
        })
    }

    /// Sends the transaction of a step, or finds the one that an earlier run sent, and waits for it.
    ///
    /// # Errors
    /// The contract refuses, the node does not answer, or the disk refuses the journal: then
    /// nothing is sent.
    pub async fn send_once(
        &self,
        sender: &Sender,
        journal: &mut Journal,
        step: &str,
        call: &Call,
    ) -> Result<TransactionReceipt, Failure> {
        let pending = match journal.pending(step) {
            Some(pending) => pending.clone(),
            None => {
                // What an earlier run has signed comes first, or this one would take its nonce. Its own command
                // settles it.
                for (other, pending) in journal.others(step) {
                    self.deliver(sender, journal, &other, &pending).await?;
                }
                let pending = self.sign(sender, call).await?;
                journal.enter(step, pending.clone())?;
                pending
            }
        };
        let receipt = self.deliver(sender, journal, step, &pending).await?;
        if !receipt.status() {
            let reason = self.why(call, pending.from, receipt.block_number).await;
            journal.settle(step)?;
            return Err(Failure::Reverted { step: step.to_owned(), hash: pending.hash, reason });
        }
        Ok(receipt)
    }

    /// Signs a transaction, after a simulation that says why the contract would refuse it.
    async fn sign(&self, sender: &Sender, call: &Call) -> Result<Pending, Failure> {
        let from = sender.signer.address();
        let request = call.request(from);
        let estimated = self.provider.estimate_gas(request.clone()).await;
        let gas = estimated.map_err(|error| self.refused(&call.contract, &call.name, &error))?;
        let nonce = self.provider.get_transaction_count(from).pending().await;
        let nonce = nonce.map_err(|error| self.failure(&error))?;
        let fees = self.provider.estimate_eip1559_fees().await.map_err(|error| self.failure(&error))?;
        // A node says what gas costs, and could say anything.
        if fees.max_fee_per_gas > u128::from(sender.max_fee) * GWEI {
            return Err(Failure::Usage(format!(
                "{} asks for {} gwei a unit of gas, above --max-fee {}: wait, raise it, or ask another node",
                self.name,
                fees.max_fee_per_gas / GWEI,
                sender.max_fee
            )));
        }
        let request = request
            .with_chain_id(self.chain_id)
            .with_nonce(nonce)
            .with_gas_limit(gas + gas * MARGIN_PERCENT / 100)
            .with_max_fee_per_gas(fees.max_fee_per_gas)
            .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
        let wallet = EthereumWallet::from(sender.signer.clone());
        let envelope = request.build(&wallet).await;
        let envelope = envelope.map_err(|error| Failure::Usage(format!("the transaction is not complete: {error}")))?;
        let raw: Bytes = envelope.encoded_2718().into();
        Ok(Pending { from, nonce, hash: keccak256(&raw), raw })
    }

    /// Sends signed bytes until they are mined and have their confirmations.
    async fn deliver(
        &self,
        sender: &Sender,
        journal: &Journal,
        step: &str,
        pending: &Pending,
    ) -> Result<TransactionReceipt, Failure> {
        let mut missing = 0u32;
        for poll in 0u32.. {
            if let Some(receipt) = self.receipt(pending.hash).await? {
                let depth = self.newest().await?.saturating_sub(receipt.block_number.unwrap_or(u64::MAX)) + 1;
                if depth >= sender.confirmations.max(1) {
                    return Ok(receipt);
                }
            } else {
                let used = self.provider.get_transaction_count(pending.from).await;
                let used = used.map_err(|error| self.failure(&error))?;
                // Mined between the two questions, or not in the node's index yet; else replaced.
                missing = if used > pending.nonce { missing + 1 } else { 0 };
                if missing > MISSING {
                    return Err(Failure::Replaced {
                        step: step.to_owned(),
                        from: pending.from,
                        nonce: pending.nonce,
                        hash: pending.hash,
                        path: journal.path().to_owned(),
                    });
                }
                if poll % PATIENCE == 0 {
                    if poll > 0 {
                        let (nonce, hash) = (pending.nonce, pending.hash);
                        progress(&format!(
                            "{step}: transaction {hash}, nonce {nonce}, is not mined yet; sending it again"
                        ));
                    }
                    // A node that has the bytes already says so with an error.
                    let answer = self.provider.send_raw_transaction(&pending.raw).await.map(drop);
                    if let Err(error) = answer
                        && !is_known(&error)
                    {
                        return Err(self.failure(&error));
                    }
                }
            }
            tokio::time::sleep(POLL.min(FIRST_POLL * (1 << poll.min(5)))).await;
        }
        unreachable!("a loop without an end")
    }

    async fn receipt(&self, hash: B256) -> Result<Option<TransactionReceipt>, Failure> {
        self.provider.get_transaction_receipt(hash).await.map_err(|error| self.failure(&error))
    }

    /// Asks why a mined transaction reverted, by calling it again at its block.
    async fn why(&self, call: &Call, from: Address, block: Option<u64>) -> String {
        let request = self.provider.call(call.request(from));
        let request = match block {
            Some(block) => request.block(block.into()),
            None => request,
        };
        match request.await {
            Err(RpcError::ErrorResp(payload)) => {
                payload.as_revert_data().map_or_else(|| payload.message.to_string(), |data| reason(&data))
            }
            _ => "it ran out of gas, or the state has changed since".to_owned(),
        }
    }
}

/// Whether a node refuses bytes since it has them, or since they are mined.
fn is_known(error: &TransportError) -> bool {
    let RpcError::ErrorResp(payload) = error else { return false };
    let message = payload.message.to_lowercase();
    ["already known", "already imported", "known transaction", "nonce too low"]
        .iter()
        .any(|known| message.contains(known))
}

#[cfg(test)]
mod tests;
