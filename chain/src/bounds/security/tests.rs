use super::*;
use crate::config::Config;

const SOMEBODY: Address = Address::repeat_byte(1);
const ASSET: Address = Address::repeat_byte(2);
const LENDER: Address = Address::repeat_byte(3);

/// One of each part, as contracts take them.
fn good() -> Config {
    toml::from_str(&format!(
        "[access]\nadmin = \"{SOMEBODY}\"\nguardian = \"{SOMEBODY}\"\ndelay = 1\n\n\
         [[window]]\nname = \"stocks\"\nkeys = \"k\"\nverifier = \"v\"\nprices = \"p.csv\"\nseats = [\"{SOMEBODY}\"]\n\
         quorum = 1\norigin = 0\n\n[[calendar]]\nname = \"exchange\"\nwindow = \"stocks\"\ndays = \"days.txt\"\n\n\
         [[index]]\nname = \"reference\"\nwindow = \"stocks\"\ncalendar = \"exchange\"\nbook = \"book.csv\"\nlowest = 50\n\
         step = 50\ntail = 3\nshare = \"0.05\"\nmultiplier = {{ target = 100, most = 128, rise = 2, step = 1 }}\n\n\
         [[security]]\nname = \"cover\"\nindex = \"reference\"\nasset = \"{ASSET}\"\ncap = \"2000000\"\n\n\
         [[vault]]\nname = \"crash\"\nsecurity = \"cover\"\nkind = \"realised\"\nattachment = 400\ndetachment = 800\n\
         life = 20\nwaiting = 172800\ncooldown = 864000\nleast_face = \"1000\"\n\
         premium = {{ base = \"0.02\", slope = \"0.06\", steep = \"0.1\", kink = \"0.8\" }}\njunior_least = \"0.1\"\n\
         junior_premium = \"0.6\"\n\n\
         [[bond]]\nname = \"alder.bond\"\nmandate = \"borrower\"\nentity = \"{SOMEBODY}\"\nasset = \"{ASSET}\"\n\
         beneficiary = \"{LENDER}\"\nslice = \"0.05\"\nexceedance_premium = \"0.001\"\nlapse_premium = \"0.0005\"\n\
         waiting = 172800\ncooldown = 864000\nleast = 20\nmost = 100\n"
    ))
    .unwrap()
}

/// Weekdays of 200 weeks.
fn weekdays() -> Vec<u32> {
    (0..1_400).filter(|day| day % 7 < 5).collect()
}

/// Checks all parts, over a window of 64 rows and 20 factors.
fn checked(config: &Config, days: &[u32]) -> Result<(), Failure> {
    calendar(&config.calendar[0], days)?;
    index(&config.index[0], &config.calendar[0], 64, 20)?;
    security(&config.security[0])?;
    vault(&config.vault[0], 64, days)?;
    bond(&config.bond[0])
}

type Change = (fn(&mut Config), [&'static str; 2]);

/// Checks that each change of the good configuration is refused with some words.
fn refused(changes: &[Change]) {
    for (change, parts) in changes {
        let mut changed = good();
        change(&mut changed);
        let failure = checked(&changed, &weekdays()).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        let found = failure.to_string();
        assert!(parts.iter().all(|part| found.contains(part)), "{parts:?}: {found}");
    }
}

#[test]
fn what_the_constructors_take_is_taken() {
    checked(&good(), &weekdays()).unwrap();
}

#[test]
fn indices_and_securities_that_their_constructors_refuse_are_refused_before_anything_is_sent() {
    refused(&[
        (|of| of.calendar[0].window = "bonds".into(), ["index \"reference\"", "clock of window \"bonds\""]),
        (|of| of.index[0].lowest = 0, ["index \"reference\"", "at least a basis point"]),
        (|of| of.index[0].step = 0, ["index \"reference\"", "at least a basis point"]),
        (|of| of.index[0].tail = 64, ["tail = 64", "below 64"]),
        (|of| of.index[0].share = "0".into(), ["share = 0", "at least 0.000001, at most 1"]),
        (|of| of.index[0].share = "1.1".into(), ["share = 1.1", "at most 1"]),
        (|of| of.index[0].share = "5 %".into(), ["share = 5 %", "no amount"]),
        (|of| of.index[0].multiplier.target = 0, ["target is 0", "index \"reference\""]),
        (|of| of.index[0].multiplier.most = 4_096, ["cap is 4096", "to 4095"]),
        (|of| of.index[0].multiplier.step = 129, ["step is 129", "to 128"]),
        (|of| of.index[0].multiplier.rise = 0, ["rise is 0", "from 1"]),
        (|of| of.security[0].cap = "0.00".into(), ["security \"cover\"", "cap = 0.00: above 0"]),
        (|of| of.security[0].cap = "1e6".into(), ["cap = \"1e6\"", "digits"]),
        (|of| of.security[0].asset = Address::ZERO, ["security \"cover\"", "zero address"]),
    ]);
    let (config, late) = (good(), [0, 8 * 24_575]);
    let failure = calendar(&config.calendar[0], &late).unwrap_err().to_string();
    assert!(failure.contains("calendar \"exchange\"") && failure.contains("below 196600"), "{failure}");
    calendar(&config.calendar[0], &[0, 8 * 24_575 - 1]).unwrap();
    let failure = index(&config.index[0], &config.calendar[0], 64, 113).unwrap_err().to_string();
    assert!(failure.contains("113 factors") && failure.contains("at most 112"), "{failure}");
}

#[test]
fn vaults_that_their_constructors_refuse_are_refused_before_anything_is_sent() {
    refused(&[
        (|of| of.vault[0].attachment = 0, ["vault \"crash\"", "attachment 0"]),
        (|of| of.vault[0].detachment = 400, ["vault \"crash\"", "detachment 400"]),
        (|of| of.vault[0].detachment = 10_001, ["vault \"crash\"", "detachment 10001"]),
        (|of| of.vault[0].life = 19, ["life 19", "20 to 250"]),
        (|of| of.vault[0].life = 251, ["life 251", "20 to 250"]),
        (|of| of.vault[0].waiting = 172_799, ["waiting 172799", "2 to 30 days"]),
        (|of| of.vault[0].waiting = 2_592_001, ["waiting 2592001", "2 to 30 days"]),
        (|of| of.vault[0].cooldown = 31_536_001, ["cooldown = 31536001", "a year"]),
        (|of| of.vault[0].least_face = "0".into(), ["least_face = 0", "above 0"]),
        (|of| of.vault[0].premium.base = "0".into(), ["vault \"crash\"", "base is at least 1"]),
        (|of| of.vault[0].premium.steep = "9.95".into(), ["vault \"crash\"", "sum to at most"]),
        (|of| of.vault[0].premium.kink = "1".into(), ["vault \"crash\"", "kink is below"]),
        (|of| of.vault[0].junior_least = "1".into(), ["junior_least = 1", "at most 0.999999"]),
        (|of| of.vault[0].junior_premium = "1.1".into(), ["junior_premium = 1.1", "at most 1"]),
    ]);
    let vault_of = good().vault.remove(0);
    // 20 days of trade that span 463 periods: with 50 more they are above the 512 rows that are kept.
    let sparse: Vec<u32> = (0..21).map(|day| if day == 20 { 463 } else { day }).collect();
    let failure = vault(&vault_of, 64, &sparse).unwrap_err().to_string();
    assert!(failure.contains("spans 463 periods") && failure.contains("keeps 512 rows"), "{failure}");
    vault(&vault_of, 513, &sparse).unwrap();
    let failure = vault(&vault_of, 64, &sparse[..20]).unwrap_err().to_string();
    assert!(failure.contains("life = 20") && failure.contains("20 days alone"), "{failure}");
}

#[test]
fn bonds_that_their_constructors_refuse_are_refused_before_anything_is_sent() {
    refused(&[
        (|of| of.bond[0].beneficiary = Address::ZERO, ["bond \"alder.bond\"", "beneficiary is the zero address"]),
        (|of| of.bond[0].beneficiary = SOMEBODY, ["beneficiary", "would lose nothing"]),
        (|of| of.bond[0].entity = Address::ZERO, ["entity is the zero address", "alder.bond"]),
        (|of| of.bond[0].asset = Address::ZERO, ["asset is the zero address", "alder.bond"]),
        (|of| of.bond[0].slice = "0.500001".into(), ["slice = 0.500001", "at most 0.5"]),
        (|of| of.bond[0].slice = "0".into(), ["slice = 0", "at least 0.000001"]),
        (|of| of.bond[0].exceedance_premium = "0".into(), ["exceedance_premium = 0", "at least"]),
        (|of| of.bond[0].lapse_premium = "1.000001".into(), ["lapse_premium = 1.000001", "at most 1"]),
        (|of| of.bond[0].waiting = 86_399, ["waiting = 86399", "a day"]),
        (|of| of.bond[0].cooldown = 86_399, ["cooldown = 86399", "a day"]),
        (|of| of.bond[0].least = 0, ["least = 0", "1 <= least"]),
        (|of| of.bond[0].least = 101, ["least = 101 and most = 100", "least <= most"]),
    ]);
}
