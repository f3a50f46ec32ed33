//! Price files as the usual places give them: each makes the set that a plain file with its numbers
//! makes, after at most one option, which the refusal names. The layouts are rebuilt by hand from the
//! vendors' pages and from public reports; the numbers are like those of two shares.

use tailproof_test_support::{BOOK, Desk, MANDATE, NAV, PRICES};

/// A day, and the closes of two shares.
type Day = (&'static str, &'static str, &'static str);

const DAYS: [Day; 7] = [
    ("2024-01-09", "185.14", "375.79"),
    ("2024-01-10", "186.19", "382.77"),
    ("2024-01-11", "185.59", "384.63"),
    ("2024-01-12", "185.92", "388.47"),
    ("2024-01-16", "183.63", "390.27"),
    ("2024-01-17", "182.68", "389.47"),
    ("2024-01-18", "188.63", "393.87"),
];

fn oldest_first(line: impl Fn(Day) -> String) -> String {
    DAYS.into_iter().map(line).collect()
}

fn newest_first(line: impl Fn(Day) -> String) -> String {
    DAYS.into_iter().rev().map(line).collect()
}

/// A day as a vendor writes it, `Y`, `M` and `D` standing for its parts.
fn written(day: &str, form: &str) -> String {
    form.replace('Y', &day[..4]).replace('M', &day[5..7]).replace('D', &day[8..])
}

/// A file of a vendor.
struct Vendor {
    text: String,
    /// names of the factors, one or two
    factors: &'static [&'static str],
    /// what the refusal without options says, if there is one
    refused: Option<&'static str>,
    options: &'static str,
    /// what is said about the reading, in order
    said: &'static [&'static str],
}

impl Vendor {
    fn check(self, name: &str) {
        let desk = Desk::new();
        desk.write("v.csv", &self.text);
        let plain = |(day, one, other): Day| match self.factors.len() {
            1 => format!("{day},{one}\n"),
            _ => format!("{day},{one},{other}\n"),
        };
        desk.write("plain.csv", format!("date,{}\n{}", self.factors.join(","), oldest_first(plain)));
        let made = |file: &str, more: &str| {
            desk.run(format!("scenarios historical --prices {file} -o {file}.scn --json {more}"))
        };
        if let Some(cure) = self.refused {
            let refused = made("v.csv", "").expect(2);
            assert!(refused.stderr.contains(cure), "{name}: {refused:?}");
            assert!(!desk.has("v.csv.scn"), "{name}");
        }
        let run = made("v.csv", self.options).expect(0);
        made("plain.csv", "").expect(0);
        assert_eq!(desk.bytes("v.csv.scn"), desk.bytes("plain.csv.scn"), "{name}: {run:?}");
        let json = run.json();
        let notes = json["read_as"][0]["notes"].as_array().unwrap();
        assert_eq!(notes.len(), self.said.len(), "{name}: {notes:?}");
        for (note, said) in notes.iter().zip(self.said) {
            assert!(note["what"].as_str().unwrap().contains(said), "{name}: {said}: {note}");
        }
        // The verifier's way: the set is made again from the same file, read in the same way.
        let layout = self.options.split(" --factors").next().unwrap();
        let layout = if layout.starts_with("--factors") { "" } else { layout };
        let again = desk.run(format!("scenarios regenerate v.csv.scn --prices v.csv {layout}")).expect(0);
        assert!(again.stdout.starts_with("identical"), "{name}: {again:?}");
    }
}

/// `yf.download("AAPL").to_csv()` and `yf.download(["AAPL", "MSFT"]).to_csv()`: two lines of names and
/// one of the dates' name; and the frame of one ticker's history.
#[test]
fn yfinance() {
    let one = |(day, close, _): Day| format!("{day},{close},189.00,180.00,184.35,47317400\n");
    Vendor {
        text: format!(
            "Price,Close,High,Low,Open,Volume\nTicker,AAPL,AAPL,AAPL,AAPL,AAPL\nDate,,,,,\n{}",
            oldest_first(one)
        ),
        factors: &["AAPL"],
        refused: Some("--field Close"),
        options: "--field Close",
        said: &["a header of several lines: Close of each ticker"],
    }
    .check("one ticker");
    let two = |(day, one, other): Day| format!("{day},{one},{other},184.35,371.10,47317400,21500000\n");
    Vendor {
        text: format!(
            "Price,Close,Close,Open,Open,Volume,Volume\nTicker,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT\nDate,,,,,,\n{}",
            oldest_first(two)
        ),
        factors: &["AAPL", "MSFT"],
        refused: Some("--field Close"),
        options: "--field Close",
        said: &["a header of several lines: Close of each ticker"],
    }
    .check("two tickers");
    // Before 2024 the lines had no names of their own, and adjusted closes.
    Vendor {
        text: format!(
            ",Adj Close,Adj Close,Open,Open,Volume,Volume\n,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT\nDate,,,,,,\n{}",
            oldest_first(two)
        ),
        factors: &["AAPL", "MSFT"],
        refused: Some("Adj Close, Open, Volume"),
        options: "--field 'Adj Close'",
        said: &["a header of several lines: Adj Close of each ticker"],
    }
    .check("two tickers, older");
    // group_by="ticker"
    let grouped = |(day, one, other): Day| format!("{day},184.35,{one},47317400,371.10,{other},21500000\n");
    Vendor {
        text: format!(
            "Ticker,AAPL,AAPL,AAPL,MSFT,MSFT,MSFT\nPrice,Open,Close,Volume,Open,Close,Volume\nDate,,,,,,\n{}",
            oldest_first(grouped)
        ),
        factors: &["AAPL", "MSFT"],
        refused: Some("--field Close"),
        options: "--field Close",
        said: &["a header of several lines: Close of each ticker"],
    }
    .check("grouped by ticker");
    // The closes alone: df["Close"].to_csv(), with a line for the name of the columns.
    Vendor {
        text: format!(
            "Ticker,AAPL,MSFT\nDate,,\n{}",
            oldest_first(|(day, one, other)| format!("{day},{one},{other}\n"))
        ),
        factors: &["AAPL", "MSFT"],
        refused: None,
        options: "",
        said: &["the names of the factors stand above that of the dates"],
    }
    .check("closes");
    let history = |(day, close, _): Day| format!("{day} 00:00:00-05:00,184.35,189.0,180.0,{close},47317400,0.0,0.0\n");
    Vendor {
        text: format!("Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n{}", oldest_first(history)),
        factors: &["Close"],
        refused: Some("--field Close"),
        options: "--factors Close",
        said: &[],
    }
    .check("Ticker.history");
}

/// Newest first, quoted, a volume of `47.32M` and a change in per cent.
#[test]
fn investing_com() {
    let line = |(day, close, _): Day| {
        let date = written(day, "M/D/Y");
        format!("\"{date}\",\"{close}\",\"1,184.35\",\"1,189.00\",\"180.00\",\"47.32M\",\"-0.54%\"\n")
    };
    let text =
        format!("\u{feff}\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n{}", newest_first(line));
    for options in ["--field Price", "--factors Price"] {
        let said: &[&str] = match options {
            "--field Price" => &["dates as mm/dd/yyyy", "column 'Price' holds the prices", "newest first"],
            _ => &["dates as mm/dd/yyyy", "newest first", "',' between thousands"],
        };
        Vendor { text: text.clone(), factors: &["Price"], refused: Some("--field Close"), options, said }
            .check(options);
    }
    // A page in German: names that are not known, points in dates, and commas in numbers.
    let line = |(day, close, _): Day| {
        let (date, close) = (written(day, "D.M.Y"), close.replace('.', ","));
        format!("\"{date}\",\"{close}\",\"1.184,35\",\"1.189,00\",\"180,00\",\"47,32M\",\"-0,54%\"\n")
    };
    Vendor {
        text: format!(
            "\u{feff}\"Datum\",\"Zuletzt\",\"Eröffn.\",\"Hoch\",\"Tief\",\"Vol.\",\"+/- %\"\n{}",
            newest_first(line)
        ),
        factors: &["Zuletzt"],
        refused: Some("--factors"),
        options: "--field Zuletzt",
        said: &[
            "column 1 ('Datum') holds the dates",
            "dates as dd.mm.yyyy",
            "column 'Zuletzt' holds the prices",
            "newest first",
            "decimal mark ','",
        ],
    }
    .check("in German");
}

/// The download of one ticker, with `null` on a holiday in the older one.
#[test]
fn yahoo_finance() {
    let line = |(day, close, _): Day| format!("{day},184.350006,189.000000,180.000000,{close},184.900000,47317400\n");
    let header = "Date,Open,High,Low,Close,Adj Close,Volume";
    Vendor {
        text: format!("{header}\n{}", oldest_first(line)),
        factors: &["Close"],
        refused: Some("--field Close"),
        options: "--factors Close",
        said: &[],
    }
    .check("Yahoo");
    let holiday = "2024-01-15,null,null,null,null,null,null\n2024-01-16";
    let desk = Desk::new();
    desk.write("v.csv", format!("{header}\n{}", oldest_first(line)).replace("2024-01-16", holiday));
    let make = "scenarios historical --prices v.csv --field Close -o s.scn";
    let refused = desk.run(make).expect(2);
    assert!(refused.stderr.contains("2024-01-15") && refused.stderr.contains("--missing"), "{refused:?}");
    let made = desk.run(format!("{make} --missing drop-day")).expect(0);
    assert!(made.stderr.contains("1 day with a missing price left out"), "{made:?}");
}

/// One symbol as a CSV, and the files of a whole market, whose names stand in angle brackets.
#[test]
fn stooq() {
    let line = |(day, close, _): Day| format!("{day},184.35,189,180,{close},47317400\n");
    Vendor {
        text: format!("Date,Open,High,Low,Close,Volume\n{}", oldest_first(line)),
        factors: &["Close"],
        refused: Some("--field Close"),
        options: "--factors Close",
        said: &[],
    }
    .check("one symbol");
    let line =
        |(day, close, _): Day| format!("AAPL.US,D,{},000000,184.35,189,180,{close},47317400,0\n", written(day, "YMD"));
    Vendor {
        text: format!(
            "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n{}",
            oldest_first(line)
        ),
        factors: &["AAPL.US"],
        refused: Some("--field Close"),
        options: "--field Close",
        said: &["column 3 ('<DATE>') holds the dates", "dates as yyyymmdd", "long format: 7 rows made into 7 days"],
    }
    .check("of a market");
}

/// An address above the header, seconds beside the dates, newest first, a column of symbols.
#[test]
fn cryptodatadownload() {
    let line = |(day, close, _): Day| {
        format!("1705{day}00,{day} 00:00:00,BTC/USD,184.35,189.00,180.00,{close},1021.5,43000000.25\n")
            .replacen('-', "", 2)
    };
    Vendor {
        text: format!(
            "https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n{}",
            newest_first(line)
        ),
        factors: &["BTC/USD"],
        refused: Some("--field Close"),
        options: "--field close",
        said: &[
            "lines above the header left out",
            "column 2 ('date') holds the dates",
            "long format: 7 rows made into 7 days of 1 factors, 'close' as prices",
        ],
    }
    .check("daily");
}

/// Tickers above fields, and `#N/A N/A` where there is no price.
#[test]
fn a_terminal() {
    let line = |(day, one, other): Day| format!("{},{one},{other}\n", written(day, "M/D/Y"));
    let text = format!(
        "Start Date,1/9/2024\nEnd Date,1/18/2024\n\n,AAPL US Equity,MSFT US Equity\nDates,PX_LAST,PX_LAST\n{}",
        oldest_first(line)
    );
    let said = &[
        "a header of several lines: PX_LAST of each ticker",
        "lines above the header left out",
        "column 1 ('Dates') holds the dates",
        "dates as mm/dd/yyyy",
    ];
    let factors = &["AAPL US Equity", "MSFT US Equity"];
    Vendor { text: text.clone(), factors, refused: None, options: "", said }.check("Bloomberg");
    let desk = Desk::new();
    desk.write("v.csv", text.replace("388.47", "#N/A N/A").replace("390.27", "#N/A Invalid Security"));
    let make = "scenarios historical --prices v.csv -o s.scn";
    let refused = desk.run(make).expect(2);
    for words in ["'MSFT US Equity' on 2024-01-12", "2 lack this factor", "--missing"] {
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
    desk.run(format!("{make} --missing drop-day")).expect(0);
    desk.run(format!("{make} --factors 'AAPL US Equity'")).expect(0);
}

/// `timestamp` for the date, newest first; adjusted closes beside dividends of zero.
#[test]
fn alpha_vantage() {
    let line = |(day, close, _): Day| format!("{day},184.3500,189.0000,180.0000,{close},47317400\r\n");
    let adjusted =
        |(day, close, _): Day| format!("{day},184.3500,189.0000,180.0000,185.0000,{close},47317400,0.0000,1.0\r\n");
    let said: &[&str] = &["column 1 ('timestamp') holds the dates", "newest first"];
    Vendor {
        text: format!("timestamp,open,high,low,close,volume\r\n{}", newest_first(line)),
        factors: &["close"],
        refused: Some("--field Close"),
        options: "--factors close",
        said,
    }
    .check("daily");
    let header = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient";
    Vendor {
        text: format!("{header}\r\n{}", newest_first(adjusted)),
        factors: &["adjusted_close"],
        refused: Some("--field Close"),
        options: "--factors adjusted_close",
        said,
    }
    .check("adjusted");
}

/// `$` before prices, newest first, months before days.
#[test]
fn nasdaq_com() {
    let line = |(day, close, _): Day| format!("{},${close},47317400,$184.35,$189.00,$180.00\n", written(day, "M/D/Y"));
    Vendor {
        text: format!("Date,Close/Last,Volume,Open,High,Low\n{}", newest_first(line)),
        factors: &["Close/Last"],
        refused: Some("Close/Last, Volume, Open, High, Low are of one instrument"),
        options: "--field Close/Last",
        said: &["dates as mm/dd/yyyy", "column 'Close/Last' holds the prices", "newest first", "'$' taken off numbers"],
    }
    .check("historical quotes");
}

/// Levels of indices with a line above, names with brackets, and a notice below.
#[test]
fn msci() {
    let line = |(day, one, other): Day| format!("\"Jan {}, 2024\",\"{one}\",\"{other}\"\n", &day[8..]);
    let names = "Date,WORLD Standard (Large+Mid Cap),EM (EMERGING MARKETS) Standard (Large+Mid Cap)";
    let notice = "\n\"Copyright MSCI 2024. All Rights Reserved.\"\n\"The information may not be used, or shown.\"\n";
    Vendor {
        text: format!("Index Level :,Price,,\n{names}\n{}{notice}", oldest_first(line)),
        factors: &["WORLD Standard (Large+Mid Cap)", "EM (EMERGING MARKETS) Standard (Large+Mid Cap)"],
        refused: None,
        options: "",
        said: &[
            "lines above the header left out",
            "lines below the table left out",
            "dates as name of the month, day, yyyy",
        ],
    }
    .check("index levels");
}

/// A point where there is no value; an empty column at the end, newest first.
#[test]
fn central_banks() {
    let line = |(day, one, other): Day| format!("{day},{one},{other}\n");
    let text = format!("observation_date,SP500,NASDAQ100\n{}", oldest_first(line));
    let said: &[&str] = &["column 1 ('observation_date') holds the dates"];
    let factors = &["SP500", "NASDAQ100"];
    Vendor { text: text.clone(), factors, refused: None, options: "", said }.check("FRED");
    let desk = Desk::new();
    desk.write("v.csv", text.replace("388.47", "."));
    let refused = desk.run("scenarios historical --prices v.csv -o s.scn").expect(2);
    assert!(refused.stderr.contains("'NASDAQ100' on 2024-01-12") && refused.stderr.contains("--missing"));
    Vendor {
        text: format!("Date,USD,JPY,\n{}", newest_first(|(day, one, other)| format!("{day},{one},{other},\n"))),
        factors: &["USD", "JPY"],
        refused: None,
        options: "",
        said: &["columns with neither a name nor cells left out", "newest first"],
    }
    .check("ECB");
}

/// A row for each day and name, with several values.
#[test]
fn data_sets_of_many_shares() {
    let line =
        |(day, one, other): Day| format!("{day},184.35,{one},47317400,AAPL\n{day},371.10,{other},21500000,MSFT\n");
    Vendor {
        text: format!("date,open,close,volume,Name\n{}", oldest_first(line)),
        factors: &["AAPL", "MSFT"],
        refused: Some("--field Close"),
        options: "--field close",
        said: &["long format: 14 rows made into 7 days of 2 factors, 'close' as prices"],
    }
    .check("long");
}

/// The commands of the README's first screen, with the demo's prices as a download of many tickers has
/// them.
#[test]
fn the_first_screen_of_the_readme_works_with_a_download() {
    let desk = Desk::new();
    let plain = desk.read(PRICES);
    let names: Vec<&str> = plain.lines().next().unwrap().split(',').skip(1).collect();
    let wide = |field: &str| format!(",{field}").repeat(names.len());
    let mut text = format!("Price{}{}\n", wide("Close"), wide("Volume"));
    text += &format!("Ticker,{0},{0}\nDate{1}\n", names.join(","), ",".repeat(2 * names.len()));
    for line in plain.lines().skip(1) {
        text += &format!("{line}{}\n", ",1000".repeat(names.len()));
    }
    desk.write("prices.csv", text);
    let keys = desk.keys("60x20");
    let made = desk.run("scenarios historical --prices prices.csv --field Close --window 60 -o s.scn").expect(0);
    assert!(made.stderr.contains("Close of each ticker, from line 1 (as set)"), "{made:?}");
    desk.run(format!("commit --book {BOOK} --scenarios s.scn --nav {NAV} -o c.json --opening o.json")).expect(0);
    desk.prove(BOOK, MANDATE, &keys).expect(0);
    let verify = format!(
        "verify --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys} --commitment c.json --prices prices.csv"
    );
    assert!(desk.run(&verify).expect(2).stderr.contains("--field Close"));
    let valid = desk.run(format!("{verify} --field Close")).expect(0).stdout;
    assert!(valid.starts_with("VALID") && valid.contains("made again            from the prices given"), "{valid}");
    // The plain file is the same source.
    desk.run(format!("{} {PRICES}", verify.strip_suffix(" prices.csv").unwrap())).expect(0);
    let public =
        format!("report --proof p.json --scenarios s.scn --mandate {MANDATE} --keys {keys} --prices prices.csv");
    desk.run(format!("{public} --field Close -o public.html")).expect(0);
    assert!(desk.read("public.html").contains("--prices prices.csv --field Close"), "the command has the option too");
}
