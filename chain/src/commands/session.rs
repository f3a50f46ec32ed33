//! What most commands begin with: the deployment, a node of its chain, and what they send with.

use std::path::Path;

use alloy::primitives::Address;

use crate::cli::{Common, Sending};
use crate::deployment::{Deployment, journal_path};
use crate::error::Failure;
use crate::journal::Journal;
use crate::node::{Node, Sender};

/// A deployment and a node of its chain.
pub struct Session {
    pub deployment: Deployment,
    pub node: Node,
}

impl Session {
    /// Reads the deployment, and connects to the node.
    pub async fn open(common: &Common) -> Result<Self, Failure> {
        let deployment = Deployment::read(&common.deployment)?;
        let node = Node::connect(&common.rpc).await?;
        same_chain(&node, &deployment, &common.deployment)?;
        Ok(Self { deployment, node })
    }

    /// Returns the address of a contract.
    pub fn address(&self, name: &str) -> Result<Address, Failure> {
        Ok(self.deployment.contract(name)?.address)
    }
}

/// Checks that a node is of the deployment's chain.
pub fn same_chain(node: &Node, deployment: &Deployment, path: &Path) -> Result<(), Failure> {
    let (found, expected) = (node.chain_id(), deployment.chain_id);
    if found == expected { Ok(()) } else { Err(Failure::OtherChain { found, expected, path: path.to_owned() }) }
}

/// Reads the key that sends, and opens the journal.
pub fn sending(common: &Common, options: &Sending) -> Result<(Sender, Journal), Failure> {
    let sender =
        Sender { signer: options.key.signer()?, confirmations: options.confirmations, max_fee: options.max_fee };
    let path = journal_path(&common.deployment, sender.signer.address());
    Ok((sender, Journal::open(&path)?))
}
