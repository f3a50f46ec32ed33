//! Shapes as bytes and as text.

use super::*;

/// Keys of pools of version 1 are named for what they are.
#[test]
fn the_bytes_of_pools_of_version_1_are_refused_by_name() {
    for byte in 4..=8 {
        assert_eq!(Shape::from_kind_bytes(4, 4, [byte, 1, 4, 0]), Err(ShapeError::OldPool));
    }
}

/// The bits above the number of tranches are three flags; those below are at most 16. The flag of value
/// and that of the largest obligors are in the statement byte.
#[test]
fn flags_stand_above_the_number_of_tranches() {
    let bytes = |text: &str| text.parse::<Shape>().map(|shape| shape.kind_bytes());
    assert_eq!(bytes("4loans+pool+3x8/16tranches"), Ok([22, 16, 4, 0]), "as without flags");
    assert_eq!(bytes("4loans+pool+distinct+3x8/16tranches"), Ok([22, 128 + 16, 4, 0]));
    assert_eq!(bytes("4loans+pool+numbers+collateral"), Ok([20 + 32, 64, 4, 0]));
    assert_eq!(bytes("4loans+pool+roll"), Ok([20, 32, 4, 0]));
    assert!(Shape::from_kind_bytes(0, 0, [20, 16, 4, 0]).is_err(), "tranches without scenarios");
    assert!(Shape::from_kind_bytes(3, 8, [22, 17, 4, 0]).is_err(), "more tranches than a shape has");
    assert_eq!(bytes("4loans+pool+top"), Ok([25, 0, 4, 0]));
    assert_eq!(bytes("4loans+pool+bands+numbers+top+3x8/1tranches"), Ok([27 + 32 + 64, 1, 4, 0]));
    assert_eq!(bytes("4loans+pool+top+3x8/1tranches+granular"), Ok([29, 1, 4, 0]));
    assert_eq!(bytes("4loans+pool+roll+top"), Ok([25, 32, 4, 0]));
    for (byte, tranches) in [(26, 1), (28, 1), (30, 0), (25, 1)] {
        assert!(Shape::from_kind_bytes(3, 8, [byte, tranches, 4, 0]).is_err(), "{byte}");
    }
    assert_eq!(bytes("4loans+pool+bands+numbers+value"), Ok([20 + 32 + 64 + 128, 0, 4, 0]));
    assert!(Shape::from_kind_bytes(3, 8, [21 + 128, 1, 4, 0]).is_err(), "without +pool");
    assert!(Shape::from_kind_bytes(3, 8, [21, 128 + 1, 4, 0]).is_err(), "without +pool");
}

/// Rules have a byte each for what they have on the sizes of exposures; clauses on groups keep theirs.
#[test]
fn bytes_of_rules_are_those_of_earlier_keys_and_new_ones() {
    let bytes = |text: &str| text.parse::<Shape>().map(|shape| shape.kind_bytes());
    assert_eq!(bytes("5x4+rules+64groups+3books"), Ok([9, 2, 64, 2]), "as before caps");
    assert_eq!(bytes("5x4+rules+64groups+caps"), Ok([10, 2, 64, 0]));
    assert_eq!(bytes("5x4+rules+impact"), Ok([11, 2, 0, 0]));
    assert_eq!(bytes("5x4+rules+3groups+caps+impact+2books"), Ok([12, 2, 3, 1]));
    assert!(
        Shape::from_kind_bytes(5, 4, [12, 1, 0, 0]).is_err() && Shape::from_kind_bytes(5, 4, [13, 2, 0, 0]).is_err()
    );
}

#[test]
fn errors_say_how_the_shape_that_was_meant_is_written() {
    for (text, said, not_said) in
        [("1000loan+pool", "Lloans+TxN/Jtranches", "covariance"), ("500", "TxN+limits", "Jtranches")]
    {
        let error = text.parse::<Shape>().unwrap_err().to_string();
        assert!(error.contains(text) && error.contains(said) && !error.contains(not_said), "{error}");
    }
}

#[test]
fn shapes_read_as_they_are_written() {
    for text in [
        "500x100",
        "1x1",
        "512x128/1",
        "500x20+limits",
        "3x3/1+2books",
        "3x3+limits+11books",
        "500x20+rules",
        "5x4+rules+12groups",
        "5x4+rules+64groups+3books",
        "5x4+rules+caps",
        "5x4+rules+impact",
        "5x4+rules+caps+impact",
        "5x4+rules+64groups+caps+impact+11books",
        "5x4+rules+1groups+impact",
        "500pnl",
        "500pnl/1",
        "1pnl+2books",
        "65536pnl/1+11books",
        "4x3+parametric",
        "4x3+parametric+2books",
        "1024loans+pool",
        "300loans+64x8/3tranches",
        "1024loans+pool+64x8/3tranches",
        "125loans+2000x750/5tranches+granular",
        "4loans+pool+3x8/1tranches+granular",
        "65535loans+pool+bands",
        "4loans+pool+numbers",
        "4loans+pool+bands+numbers+3x8/1tranches",
        "4loans+numbers+3x8/1tranches+granular",
        "4loans+pool+distinct",
        "4loans+pool+collateral",
        "4loans+pool+bands+numbers+distinct+collateral+3x8/16tranches",
        "4loans+pool+value",
        "4loans+pool+numbers+roll+value",
        "4loans+pool+bands+numbers+distinct+collateral+value+3x8/16tranches",
        "4loans+pool+top",
        "4loans+pool+bands+numbers+distinct+collateral+top+3x8/16tranches",
        "4loans+pool+numbers+roll+top",
        "4loans+pool+top+3x8/1tranches+granular",
    ] {
        let shape = text.parse::<Shape>().unwrap();
        assert_eq!(shape.to_string(), text);
        let bytes = shape.kind_bytes();
        assert_eq!(Shape::from_kind_bytes(shape.scenarios(), shape.factors(), bytes), Ok(shape));
        for byte in 0..4 {
            let mut changed = bytes;
            changed[byte] ^= 64;
            if shape.pool().is_some() || shape.rules().is_some() {
                let read = Shape::from_kind_bytes(shape.scenarios(), shape.factors(), changed);
                assert_ne!(read, Ok(shape), "{text}, byte {byte}");
            } else {
                assert!(Shape::from_kind_bytes(3, 3, changed).is_err(), "{text}, byte {byte}");
            }
        }
    }
    assert_eq!("5x4/2".parse::<Shape>().unwrap().to_string(), "5x4");
    for text in [
        "",
        "500",
        "x",
        "0x5",
        "5x0",
        "5x5/3",
        "5x5/0",
        "-5x5",
        "+5x5",
        "5x5x5",
        "70000x1",
        "5 x 5",
        "05x5",
        "5x5/02",
        "65536x4096",
        "5x5+limit",
        "5x5/1+limits",
        "5x5+limits/1",
        "5x5+1books",
        "5x5+12books",
        "5x5+02books",
        "5x5+2books+limits",
        "5x5+limits+limits",
        "5x5+rules+0groups",
        "5x5+rules+65groups",
        "5x5+rules+04groups",
        "5x5+4groups",
        "5x5+limits+4groups",
        "5x5+parametric+4groups",
        "5x5+rules+4groups+4groups",
        "5x5+4groups+rules",
        "5x5+rules+impact+caps",
        "5x5+rules+caps+caps",
        "5x5+rules+caps+4groups",
        "5x5+limits+caps",
        "5x5+caps",
        "5x5/1+impact",
        "5x5+parametric+impact",
        "0pnl",
        "05pnl",
        "5pnl/3",
        "5pnl/0",
        "5PNL",
        "5x5pnl",
        "65537pnl",
        "5pnl+limits",
        "5pnl+rules",
        "5pnl+parametric",
        "5pnl/1+1books",
        "5pnl+12books",
        "5x5/1+rules",
        "5x5/2/2",
        "0loans+pool",
        "65536loans+pool",
        "4loans+bands+5x4/2tranches",
        "4loans+pool+numbers+bands",
        "4loans+distinct+5x4/2tranches",
        "4loans+collateral+5x4/2tranches",
        "4loans+pool+collateral+distinct",
        "4loans+pool+distinct+numbers",
        "4loans+top+5x4/2tranches",
        "4loans+pool+top+roll",
        "4loans+value+5x4/2tranches",
        "4loans+pool+value+roll",
        "4loans",
        "4loans+granular",
        "4loans+pool+granular",
        "4loans+pool+5x33/2tranches",
        "4loans+pool+5x4/0tranches",
        "4loans+pool+0x4/2tranches",
        "4loans+5x4/17tranches",
        "4loans+5x6/2tranches+granular",
        "04loans+pool",
        "9999999999999999999loans+1x1/1tranches+granular",
    ] {
        assert!(text.parse::<Shape>().is_err(), "{text}");
    }
}
