//! Events of all contracts of a deployment, by name, with their values.

use std::sync::LazyLock;

use alloy::dyn_abi::{DynSolValue, EventExt as _};
use alloy::json_abi::{JsonAbi, Param};
use alloy::primitives::LogData;
use serde_json::{Map, Value};

use crate::contracts::{abis, shown};
use crate::ladder::amount;

/// Events of OpenZeppelin's access manager: who may do what, and what was announced.
const ACCESS: [&str; 12] = [
    "event OperationScheduled(bytes32 indexed operationId, uint32 indexed nonce, uint48 schedule, address caller, address target, bytes data)",
    "event OperationExecuted(bytes32 indexed operationId, uint32 indexed nonce)",
    "event OperationCanceled(bytes32 indexed operationId, uint32 indexed nonce)",
    "event RoleLabel(uint64 indexed roleId, string label)",
    "event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)",
    "event RoleRevoked(uint64 indexed roleId, address indexed account)",
    "event RoleAdminChanged(uint64 indexed roleId, uint64 indexed admin)",
    "event RoleGuardianChanged(uint64 indexed roleId, uint64 indexed guardian)",
    "event RoleGrantDelayChanged(uint64 indexed roleId, uint32 delay, uint48 since)",
    "event TargetClosed(address indexed target, bool closed)",
    "event TargetFunctionRoleUpdated(address indexed target, bytes4 selector, uint64 indexed roleId)",
    "event TargetAdminDelayUpdated(address indexed target, uint32 delay, uint48 since)",
];

/// All events that the contracts send.
static EVENTS: LazyLock<Vec<alloy::json_abi::Event>> = LazyLock::new(|| {
    let access = JsonAbi::parse(ACCESS).expect("the declarations above are Solidity");
    abis().chain([access]).flat_map(|abi| abi.events().cloned().collect::<Vec<_>>()).collect()
});

/// Most bytes of a value that a line shows.
const LONG: usize = 32;

/// An event with its values, in the order of its declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// name of its declaration
    pub name: String,
    values: Vec<(String, DynSolValue, Vec<Param>)>,
}

impl Event {
    /// Reads a log; `None` if no contract of a deployment sends such an event.
    pub fn read(log: &LogData) -> Option<Self> {
        let topic = log.topics().first()?;
        let event = EVENTS.iter().find(|event| event.selector() == *topic)?;
        let decoded = event.decode_log(log).ok()?;
        let (mut indexed, mut body) = (decoded.indexed.into_iter(), decoded.body.into_iter());
        let values = event.inputs.iter().map(|input| {
            let value = if input.indexed { indexed.next() } else { body.next() }?;
            Some((input.name.clone(), value, input.components.clone()))
        });
        Some(Self { name: event.name.clone(), values: values.collect::<Option<_>>()? })
    }

    /// Returns the values by their names: integers as decimal strings, since they may have 256
    /// bits.
    pub fn json(&self) -> Map<String, Value> {
        self.values.iter().map(|(name, value, parts)| (name.clone(), json(value, parts))).collect()
    }

    fn value(&self, name: &str) -> Option<&DynSolValue> {
        self.values.iter().find(|(of, ..)| of == name).map(|(_, value, _)| value)
    }

    fn text(&self, name: &str) -> String {
        self.value(name).map(shown).unwrap_or_default()
    }

    fn amount(&self, name: &str) -> String {
        let value =
            self.value(name).and_then(|value| value.as_uint()).and_then(|(value, _)| u128::try_from(value).ok());
        value.map_or_else(|| self.text(name), amount)
    }

    /// Returns the event as people read it.
    pub fn sentence(&self) -> String {
        let (of, amount) = (|name: &str| self.text(name), |name: &str| self.amount(name));
        match self.name.as_str() {
            "Row" => format!("row {} of period {}", of("epoch"), of("period")),
            "Gap" => format!("row {} skips periods {} to {}", of("epoch"), of("last"), of("previous")),
            "Adjusted" => format!("row {} begins with other prices than the row before it closed with", of("epoch")),
            "Sealed" => format!("the window is full from row {} on", of("epoch")),
            "Proved" => {
                let (bound, floor) = (amount("varBound"), amount("varFloor"));
                let floor = if floor == "0" { String::new() } else { format!(" and at least {floor}") };
                format!("{} proved value at risk of at most {bound}{floor}, epoch {}", of("entity"), of("epoch"))
            }
            "MandateOpened" => format!("mandate {} is open, of document {}", of("mandate"), of("document")),
            "MandateSuspended" => format!("mandate {} is suspended, by {}", of("mandate"), of("by")),
            "Equivocated" => format!(
                "{} is suspended under mandate {}: {} vouched for two commitments, {} and {}",
                of("entity"),
                of("mandate"),
                of("custodian"),
                of("one"),
                of("other")
            ),
            "Realised" => {
                let what = if self.value("exceeded").and_then(DynSolValue::as_bool) == Some(true) {
                    "above"
                } else {
                    "within"
                };
                format!("{} proved a loss {what} {} in row {}", of("entity"), amount("bound"), of("epoch"))
            }
            "Silent" => format!("row {} of {} is silent", of("epoch"), of("entity")),
            "Voided" => format!("row {} of {} is void", of("epoch"), of("entity")),
            "Smoothed" => {
                format!("a margin follows bound {} of epoch {}: {}", amount("bound"), of("epoch"), amount("smoothed"))
            }
            "Added" => format!("key {} has verifier {}", of("key"), of("verifier")),
            "Frozen" => "the router takes no more keys".to_owned(),
            "Stopped" => format!("key {} is stopped, by {}", of("key"), of("by")),
            _ => self.plain(),
        }
    }

    /// Returns name and values; long ones by their length.
    fn plain(&self) -> String {
        let values = self.values.iter().map(|(name, value, _)| match value {
            DynSolValue::Bytes(bytes) if bytes.len() > LONG => format!("{name} of {} bytes", bytes.len()),
            value => format!("{name} {}", shown(value)),
        });
        format!("{} {}", self.name, values.collect::<Vec<_>>().join(", ")).trim_end().to_owned()
    }
}

fn json(value: &DynSolValue, parts: &[Param]) -> Value {
    match value {
        DynSolValue::Bool(value) => (*value).into(),
        DynSolValue::Tuple(values) => {
            let named = parts.iter().zip(values);
            Value::Object(named.map(|(part, value)| (part.name.clone(), json(value, &part.components))).collect())
        }
        value => shown(value).into(),
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::{Address, B256, Bytes, U256, b256};
    use alloy::sol_types::SolEvent;

    use super::*;
    use crate::contracts::{BacktestLedger, MandateLedger, RollingWindow, VerifierRouter};

    const WHO: Address = Address::repeat_byte(0x11);

    fn read<E: SolEvent>(event: &E) -> Event {
        Event::read(&event.encode_log_data()).unwrap()
    }

    #[test]
    fn every_event_of_every_contract_has_a_name_and_all_its_values() {
        assert_eq!(EVENTS.iter().filter(|event| event.name == "AuthorityUpdated").count(), 1);
        // Four of the window, five of the mandates' ledger, three of the backtests', four of the
        // router, one of a margin; three of a book's index, eight of a security, six of a vault, two
        // of its book, eight of a class of shares, fifteen of a bond; and the access manager's.
        assert_eq!(EVENTS.len(), 4 + 5 + 3 + 4 + 1 + 3 + 8 + 6 + 2 + 8 + 15 + ACCESS.len());
        let (mandate, epoch) = (B256::repeat_byte(2), U256::from(9));
        let void = read(&BacktestLedger::Voided { entity: WHO, mandate, epoch, period: 40 });
        assert_eq!(void.sentence(), format!("row 9 of {WHO} is void"));
        let keys: Vec<String> = void.json().keys().cloned().collect();
        assert_eq!((keys.len(), &void.json()["period"]), (4, &Value::from("40")));
        let stopped = read(&VerifierRouter::Stopped { key: mandate, by: WHO, byProof: true });
        assert!(stopped.sentence().contains("is stopped") && stopped.json()["byProof"] == Value::Bool(true));
        let suspended = read(&MandateLedger::MandateSuspended { mandate, by: WHO });
        assert_eq!(suspended.sentence(), format!("mandate {mandate} is suspended, by {WHO}"));
        let prices = Bytes::from(vec![0; 40]);
        let adjusted = read(&RollingWindow::Adjusted { epoch, prices });
        assert!(adjusted.sentence().starts_with("row 9 begins with other prices"));
    }

    #[test]
    fn an_announced_verifier_is_named_and_an_event_of_nobody_is_not() {
        let selector = alloy::primitives::keccak256("OperationScheduled(bytes32,uint32,uint48,address,address,bytes)");
        let data = (U256::from(77), WHO, WHO, Bytes::from(vec![1; 36]));
        let data = alloy::sol_types::SolValue::abi_encode_params(&data);
        let topics = vec![selector, B256::repeat_byte(3), B256::ZERO];
        let event = Event::read(&LogData::new_unchecked(topics, data.into())).unwrap();
        assert_eq!(event.json()["schedule"], Value::from("77"));
        assert!(event.sentence().contains("schedule 77") && event.sentence().ends_with("data of 36 bytes"));
        let other = b256!("00000000000000000000000000000000000000000000000000000000000000ff");
        assert_eq!(Event::read(&LogData::new_unchecked(vec![other], Bytes::new())), None);
        assert_eq!(Event::read(&LogData::new_unchecked(Vec::new(), Bytes::new())), None);
    }
}
