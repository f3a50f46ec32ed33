//! Files of prices in the layouts that people have, each with its right reading.

use std::io::{Cursor, Write};

use tailproof_core::prices::PriceHistory;
use tailproof_core::text::parse_day;
use tailproof_risk::csv;
use tailproof_risk::table::{
    DateOrder, DecimalMark, NoteBasis, Reading, Separator, Setting, TableError, TableOptions, read_prices,
};

/// The prices that every file here holds, in the plain layout.
const PLAIN: &str = "\
date,ALFA,BRAV,CORA
2023-02-13,1219.50,86.21,408.00
2023-02-14,1244.70,87.65,412.10
2023-02-15,1245.90,87.17,413.60
2023-02-16,1223.10,86.89,412.50
2023-02-17,1237.30,86.81,408.80
2023-02-20,1227.50,86.93,411.90
2023-02-21,1254.70,87.25,412.40
2023-02-22,1257.90,87.77,410.30
2023-02-23,1237.10,86.37,405.60
2023-02-24,1253.30,87.29,407.70
2023-02-27,1245.50,86.29,407.20
2023-02-28,1244.20,87.61,413.50
2023-03-01,1249.40,87.01,407.80
2023-03-02,1261.10,86.61,408.90
2023-03-03,1248.80,86.41,407.40
2023-03-06,1243.00,86.41,412.70
2023-03-07,1243.70,86.61,406.00
2023-03-08,1250.90,87.01,406.10
2023-03-09,1264.60,87.61,403.60
2023-03-10,1254.30,86.29,407.90
2023-03-13,1250.50,87.29,409.60
2023-03-14,1253.20,86.37,408.70
2023-03-15,1262.40,87.77,405.20
2023-03-16,1247.60,87.25,408.50
2023-03-17,1269.80,86.93,409.20
2023-03-20,1268.00,86.81,407.30
2023-03-21,1272.70,86.89,402.80
2023-03-22,1253.40,87.17,405.10
2023-03-23,1271.10,87.65,404.80
2023-03-24,1264.80,86.21,401.90
";

/// A row of the prices: the date, and three prices.
type Row = [&'static str; 4];

fn rows() -> impl Iterator<Item = Row> {
    PLAIN.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>().try_into().unwrap())
}

/// Returns the file with this header and each row as `line` writes it.
fn file(header: &str, line: impl Fn(Row) -> String) -> String {
    let lines: Vec<String> = std::iter::once(header.to_owned()).chain(rows().map(line)).collect();
    lines.join("\n") + "\n"
}

/// Returns the file with every date as `write` writes it from year, month and day.
fn dated(write: impl Fn(&str, &str, &str) -> String) -> String {
    let split = |date: &str| write(&date[..4], &date[5..7], &date[8..]);
    file("date,ALFA,BRAV,CORA", |[date, a, b, c]| format!("{},{a},{b},{c}", split(date)))
}

fn read(bytes: impl AsRef<[u8]>, options: &TableOptions) -> Result<(PriceHistory, Reading), TableError> {
    read_prices("p.csv", bytes.as_ref(), options)
}

fn plain() -> PriceHistory {
    csv::read_prices("p.csv", PLAIN.as_bytes()).unwrap()
}

/// A file is read as the plain one, and its report says each of `said`. Without a word said, the
/// layout is plain or its differences are the file's own statements. Strict reading refuses exactly
/// what was guessed.
fn is_read(bytes: impl AsRef<[u8]>, said: &[&str]) {
    let bytes = bytes.as_ref();
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
    let (history, reading) = read(bytes, &TableOptions::default()).unwrap_or_else(|error| panic!("{start:?}: {error}"));
    assert_eq!(history.digest(0..30), plain().digest(0..30), "{start:?}");
    assert_eq!(history, plain(), "{start:?}");
    let report = reading.to_string();
    for words in said {
        assert!(report.contains(words), "{start:?}: {report}");
    }
    assert_eq!(reading.notes.len(), said.len(), "{report}");
    let strict = read(bytes, &TableOptions { strict: true, ..TableOptions::default() });
    match reading.guesses().next() {
        None => assert_eq!(strict.unwrap(), (history, reading.clone())),
        Some(guess) => {
            let refused = strict.unwrap_err().to_string();
            assert!(refused.contains("strict") && refused.contains(&guess.what), "{refused}");
        }
    }
}

/// A file is refused, and the error says each of `said`.
fn is_refused(bytes: impl AsRef<[u8]>, said: &[&str]) -> TableError {
    let refused = read(bytes, &TableOptions::default()).unwrap_err();
    for words in said {
        assert!(refused.to_string().contains(words), "{refused}");
    }
    refused
}

#[test]
fn the_plain_layout_is_read_without_a_word() {
    is_read(PLAIN, &[]);
    let (returns, last) = (plain().simple_returns().unwrap(), plain().dates()[29].to_string());
    assert_eq!((&last[..], plain().len(), plain().factors().len()), ("2023-03-24", 30, 3));
    assert!((returns[28][0] + 0.004_956_337).abs() < 1e-9);
    let quoted = file("\"date\",\"ALFA\",\"BRAV\",\"CORA\"", |row| {
        format!("{:?},{:?},{:?},{:?}", row[0], row[1], row[2], row[3])
    });
    is_read(format!("\u{feff}{quoted}\n\n").replace('\n', "\r\n"), &[]);
    for time in [" 00:00:00-05:00", "T00:00:00Z"] {
        is_read(file("Date,ALFA,BRAV,CORA", |[date, a, b, c]| format!("{date}{time},{a},{b},{c}")), &[]);
    }
}

#[test]
fn separators_and_decimal_marks_are_found() {
    let separated = |with: &str| PLAIN.replace(',', with);
    is_read(separated("\t"), &["separator tab"]);
    is_read(separated("|"), &["separator '|'"]);
    let comma = separated(";").replace('.', ",");
    is_read(&comma, &["separator ';'", "decimal mark ','"]);
    is_read(format!("sep=;\r\n{comma}"), &["separator ';'", "decimal mark ','"]);
    let european = file("date;ALFA;BRAV;CORA", |[date, a, b, c]| {
        let a = format!("{}.{}", &a[..1], a[1..].replace('.', ","));
        let date = format!("{}.{}.{}", &date[8..], &date[5..7], &date[..4]);
        format!("{date};{a};{};{}", b.replace('.', ","), c.replace('.', ","))
    });
    let said = ["separator ';'", "dates as dd.mm.yyyy", "decimal mark ','", "'.' between thousands, in cells: 30"];
    is_read(european, &said);
    let quoted =
        file("date,ALFA,BRAV,CORA", |[date, a, b, c]| format!("{date},\"{a}\",\"{b}\",\"{c}\"").replace('.', ","));
    is_read(quoted, &["decimal mark ','"]);
}

#[test]
fn signs_of_currency_and_thousands_are_taken_off() {
    let dollars =
        file("date,ALFA,BRAV,CORA", |[date, a, b, c]| format!("{date},\"${},{}\",$ {b},${c}", &a[..1], &a[1..]));
    is_read(dollars, &["',' between thousands, in cells: 30", "'$' taken off numbers, in cells: 90"]);
}

#[test]
fn a_number_with_two_readings_is_refused_with_the_setting_that_chooses() {
    let text = file("date,ALFA", |[date, a, ..]| format!("{date},\"{},{}0\"", &a[..3], &a[3..].replace('.', "")[..2]));
    let refused = is_refused(&text, &["column 'ALFA'", "thousands", "state the decimal mark"]);
    assert_eq!(refused.problem.setting(), Some(Setting::Decimal));
    for (mark, first) in [(DecimalMark::Point, "121950"), (DecimalMark::Comma, "121.950")] {
        let options = TableOptions { decimal: Some(mark), strict: true, ..TableOptions::default() };
        let (history, reading) = read(&text, &options).unwrap();
        assert_eq!(history.row(0)[0].to_string(), first);
        assert!(reading.notes.iter().all(|note| note.basis == NoteBasis::Setting), "{reading}");
    }
}

#[test]
fn trailing_commas_are_left_out_with_a_count() {
    let said = ["empty cells beyond the last column left out, in rows: 30"];
    is_read(file("date,ALFA,BRAV,CORA", |row| row.join(",") + ","), &said);
    let said = ["columns with neither a name nor cells left out: 1"];
    is_read(file("date,ALFA,BRAV,CORA,", |row| row.join(",") + ","), &said);
    is_refused(file("date,ALFA,BRAV,CORA,", |row| row.join(",") + ",1"), &["column 5 has cells and no name"]);
    is_refused(
        file("date,ALFA,BRAV,CORA", |row| row.join(",") + ",1"),
        &["the row has 5 cells where the header has 4"],
    );
}

#[test]
fn dates_in_the_usual_writings_are_read_and_said() {
    const MONTHS: [&str; 2] = ["Feb", "Mar"];
    let name = |month: &str| MONTHS[month.parse::<usize>().unwrap() - 2];
    is_read(dated(|y, m, d| format!("{d}/{m}/{y}")), &["dates as dd/mm/yyyy"]);
    is_read(dated(|y, m, d| format!("{m}/{d}/{y}")), &["dates as mm/dd/yyyy"]);
    is_read(dated(|y, m, d| format!("{y}/{m}/{d}")), &["dates as yyyy/mm/dd"]);
    is_read(dated(|y, m, d| format!("{y}{m}{d}")), &["dates as yyyymmdd"]);
    is_read(dated(|y, m, d| format!("{d}-{}-{}", name(m), &y[2..])), &["dates as day, name of the month, yy"]);
    is_read(dated(|y, m, d| format!("\"{} {d}, {y}\"", name(m))), &["dates as name of the month, day, yyyy"]);
    let epoch = parse_day("1899-12-30").unwrap();
    let serial = |y: &str, m: &str, d: &str| {
        let day = parse_day(&format!("{y}-{m}-{d}")).unwrap();
        (day - epoch).get_days().to_string()
    };
    assert_eq!(serial("2023", "02", "13"), "44970");
    is_read(dated(serial), &["dates as serial days of a spreadsheet"]);
}

#[test]
fn dates_with_two_readings_are_refused_with_the_setting_that_chooses() {
    let text = "date,ALFA\n03/01/2023,1\n03/02/2023,2\n03/03/2023,3\n";
    let refused = is_refused(text, &["'03/01/2023'", "2023-01-03", "2023-03-01", "state the order"]);
    assert_eq!(refused.problem.setting(), Some(Setting::DateOrder));
    for (order, last) in [(DateOrder::MonthDay, "2023-03-03"), (DateOrder::DayMonth, "2023-03-03")] {
        let options = TableOptions { date_order: Some(order), strict: true, ..TableOptions::default() };
        assert_eq!(read(text, &options).unwrap().0.dates()[2].to_string(), last);
    }
    let turned = dated(|y, m, d| if d > "12" { format!("{d}/{m}/{y}") } else { format!("{m}/{d}/{y}") });
    is_refused(turned, &["'03/01/2023'", "write the dates in one order"]);
}

#[test]
fn a_time_that_may_be_of_another_day_is_refused() {
    let times = dated(|y, m, d| format!("{y}-{m}-{d} 23:00:00+00:00"));
    is_refused(times, &["23:00:00+00:00", "write the market's day alone"]);
}

#[test]
fn days_that_are_doubled_or_out_of_order_are_refused() {
    let lines: Vec<&str> = PLAIN.lines().collect();
    let with = |change: &dyn Fn(&mut Vec<&str>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        lines.join("\n")
    };
    is_refused(with(&|lines| lines.swap(11, 12)), &["2023-02-27", "sort the rows by date"]);
    is_refused(
        with(&|lines| lines.insert(14, "2023-03-01,1241.10,87.01,407.80")),
        &["2023-03-01", "occurs twice; keep one row of the day"],
    );
    is_read(with(&|lines| lines[1..].reverse()), &["rows newest first, turned round"]);
}

#[test]
fn lines_above_and_below_the_table_are_left_out_with_a_count() {
    is_read(format!("https://www.example.com/data\n{PLAIN}"), &["lines above the header left out, from line 1: 1"]);
    let comments = format!("# exported 2023-03-25 18:00\n# currency: USD\n{PLAIN}");
    is_read(comments, &["lines above the header left out, from line 1: 2"]);
    let words = "Closing prices, provided as they are, see the terms of use";
    is_read(format!("{words}\n{PLAIN}"), &["lines above the header left out, from line 1: 1"]);
    let source = "\nSource: Example Data Service, 25 March 2023\n";
    is_read(format!("{PLAIN}{source}"), &["lines below the table left out, from line 33: 1"]);
    is_read(format!("{PLAIN}***END OF FILE***\n"), &["lines below the table left out, from line 32: 1"]);
    is_read(
        PLAIN.replacen("\n2023-02-14", "\n# a holiday\n,,,\n2023-02-14", 1),
        &["rows without any cell left out, from line 4: 1", "comment lines left out, from line 3: 1"],
    );
}

/// A last row that was cut off, or whose date was mistyped, is a row of data and no footer.
#[test]
fn a_damaged_last_row_is_not_left_out() {
    is_refused(format!("{PLAIN}2023-03-27,1270.00\n"), &["row 32", "the row has 2 cells"]);
    is_refused(format!("{PLAIN}2023-03-2,1270.00\n"), &["row 32"]);
    is_refused(format!("{PLAIN}27.3,1270.00,86.00,400.00\n"), &["row 32", "'27.3' is not a date"]);
    is_refused(format!("{PLAIN}Average,1270.00,86.00,400.00\n"), &["row 32", "'Average' is not a date"]);
}

#[test]
fn headers_of_data_frames_are_read() {
    is_read(PLAIN.replacen("date,", ",", 1), &["column 1 (without a name) holds the dates"]);
    is_read(PLAIN.replacen("date,", "Datum,", 1), &["column 1 ('Datum') holds the dates"]);
    let two = "Price,Close,Close,Close\nTicker,ALFA,BRAV,CORA";
    let said = ["a header of several lines: Close of each ticker", "column 1 ('Ticker') holds the dates"];
    is_read(PLAIN.replacen("date,ALFA,BRAV,CORA", two, 1), &said);
    is_read(PLAIN.replacen("date,ALFA,BRAV,CORA", &format!("{two}\nDate,,,"), 1), &said[..1]);
    let mixed = PLAIN.replacen("date,ALFA,BRAV,CORA", &two.replacen("Close", "Open", 1), 1);
    let refused = is_refused(&mixed, &["Close, Open", "choose the one that holds the prices"]);
    assert_eq!(refused.problem.setting(), Some(Setting::Field));
    let options = TableOptions { field: Some("close".into()), ..TableOptions::default() };
    let (history, reading) = read(&mixed, &options).unwrap();
    assert_eq!(history.factors(), ["BRAV", "CORA"]);
    assert_eq!(reading.notes[0].basis, NoteBasis::Setting, "{reading}");
    let options = TableOptions { field: Some("Volume".into()), ..options };
    assert!(read(&mixed, &options).unwrap_err().to_string().contains("no column 'Volume'; columns are Close, Open"));
    let lines = PLAIN.lines().enumerate().map(|(line, text)| match line {
        0 => format!(",{text}\n"),
        _ => format!("{},{text}\n", line - 1),
    });
    let numbered: String = lines.collect();
    is_read(numbered, &["column 2 ('date') holds the dates", "column 1 ('') numbers the rows: left out"]);
    is_refused(&PLAIN[PLAIN.find('\n').unwrap() + 1..], &["the first line is a row of data"]);
}

#[test]
fn long_tables_are_made_wide() {
    let long = |skipped: &str| {
        let lines = rows().flat_map(|[date, a, b, c]| {
            [("ALFA", a), ("BRAV", b), ("CORA", c)].map(|(name, price)| format!("{date},{name},{price}"))
        });
        let lines: Vec<String> = lines.filter(|line| !line.starts_with(skipped) || skipped.is_empty()).collect();
        lines
    };
    let said = ["long format: 90 rows made into 30 days of 3 factors, 'close' as prices"];
    is_read(format!("date,ticker,close\n{}", long("").join("\n")), &said);
    let mut by_name = long("");
    by_name.sort_by_key(|line| line.split(',').nth(1).unwrap().to_owned());
    is_read(format!("date,ticker,close\n{}", by_name.join("\n")), &said);
    let hole = format!("date,ticker,close\n{}", long("2023-02-22,BRAV").join("\n"));
    is_refused(hole, &["column 'BRAV'", "2023-02-22", "missing in this column: 1", "give the values"]);
    let doubled = format!("date,ticker,close\n{}\n2023-03-01,BRAV,87.01", long("").join("\n"));
    is_refused(doubled, &["2023-03-01 occurs twice for 'BRAV'"]);
    is_refused("date,ticker,open,close\n2023-03-01,A,1,2\n", &["several values (open, close)"]);
}

/// A row for each of many names, on a day of its own, would expand to the square of its size.
#[test]
fn a_long_table_that_expands_beyond_the_limit_is_refused() {
    let day = |index: i64| parse_day("2000-01-01").unwrap().checked_add(jiff::Span::new().days(index)).unwrap();
    let lines: String = (0..300).map(|index| format!("{},N{index},1\n", day(index))).collect();
    let mut options = TableOptions::default();
    options.limits.cells = 10_000;
    let refused = read(format!("date,ticker,close\n{lines}"), &options).unwrap_err();
    assert!(refused.to_string().contains("larger than 10000 cells"), "{refused}");
}

#[test]
fn missing_values_are_refused_with_their_count() {
    let late = file("date,ALFA,BRAV,CORA", |[date, a, b, c]| {
        format!("{date},{a},{b},{}", if date < "2023-02-24" { "" } else { c })
    });
    let said = [
        "row 2, column 'CORA'",
        "is missing, of 2023-02-13",
        "in this column: 9, in the file: 9",
        "Nothing is filled in",
    ];
    is_refused(&late, &said);
    for marker in ["NaN", "#N/A N/A", "n/a"] {
        is_refused(
            late.replace(",\n", &format!(",{marker}\n")),
            &["column 'CORA'", &format!("('{marker}')"), "in the file: 9"],
        );
    }
}

#[test]
fn names_in_any_script_are_kept_and_doubled_ones_are_refused() {
    let names = ["Ωμέγα", "Банк", "株式"];
    let (history, reading) = read(PLAIN.replace("ALFA,BRAV,CORA", &names.join(",")), &TableOptions::default()).unwrap();
    assert_eq!(history.factors(), names);
    assert!(reading.is_plain());
    is_refused(PLAIN.replace("CORA", "ALFA"), &["row 1, column 'ALFA'", "occurs twice; keep one of the columns"]);
}

#[test]
fn files_in_utf_16_and_in_gzip_say_so_themselves() {
    let wide: Vec<u8> =
        format!("\u{feff}{PLAIN}").replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect();
    is_read(wide, &["text in UTF-16LE", "separator tab"]);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(PLAIN.as_bytes()).unwrap();
    is_read(encoder.finish().unwrap(), &["gzip, of 980 bytes"]);
}

#[test]
fn settings_go_before_what_is_likely() {
    let options = TableOptions { separator: Some(Separator::Semicolon), ..TableOptions::default() };
    assert!(read(PLAIN, &options).is_err());
    let semicolons = PLAIN.replace(',', ";");
    let set = TableOptions { separator: Some(Separator::Semicolon), strict: true, ..TableOptions::default() };
    assert_eq!(read(&semicolons, &set).unwrap().0, plain());
}

#[test]
fn the_report_is_a_block_of_text_and_json() {
    let (_, reading) = read(PLAIN.replace(',', ";").replace('.', ","), &TableOptions::default()).unwrap();
    let text = "read as: p.csv\n  separator ';' (guessed)\n  decimal mark ',' (guessed)";
    assert_eq!(reading.to_string(), text);
    let json = serde_json::to_value(&reading).unwrap();
    let expected = serde_json::json!({
        "file": "p.csv",
        "notes": [
            {"kind": "separator", "what": "separator ';'", "basis": "guess"},
            {"kind": "numbers", "what": "decimal mark ','", "basis": "guess"},
        ],
    });
    assert_eq!(json, expected);
}

/// Returns a workbook whose sheets have these names and rows of cells in XML.
fn workbook(sheets: &[(&str, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut list, mut links) = (String::new(), String::new());
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"r{id}\"/>");
        links += &format!("<Relationship Id=\"r{id}\" Type=\"{office}/worksheet\" Target=\"worksheets/s{id}.xml\"/>");
        let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        part(&format!("xl/worksheets/s{id}.xml"), sheet);
    }
    part(
        "xl/workbook.xml",
        format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{list}</sheets></workbook>"),
    );
    let root = format!("<Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    part("_rels/.rels", format!("<Relationships xmlns=\"{package}\">{root}</Relationships>"));
    links += &format!("<Relationship Id=\"r99\" Type=\"{office}/styles\" Target=\"styles.xml\"/>");
    part("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{package}\">{links}</Relationships>"));
    let styles = "<cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs>";
    part("xl/styles.xml", format!("<styleSheet xmlns=\"{main}\">{styles}</styleSheet>"));
    archive.finish().unwrap().into_inner()
}

/// Returns the prices as rows of a sheet, below `above` empty rows: days as dated numbers.
fn sheet(above: usize) -> String {
    let word = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header: String = ["Date", "ALFA", "BRAV", "CORA"].map(word).concat();
    let mut sheet = format!("<row r=\"{}\">{header}</row>", above + 1);
    let epoch = parse_day("1899-12-30").unwrap();
    for (index, [date, a, b, c]) in rows().enumerate() {
        let serial = (parse_day(date).unwrap() - epoch).get_days();
        let prices = [a, b, c].map(|price| format!("<c><v>{:.16e}</v></c>", price.parse::<f64>().unwrap())).concat();
        sheet += &format!("<row r=\"{}\"><c s=\"1\"><v>{serial}</v></c>{prices}</row>", above + index + 2);
    }
    sheet
}

#[test]
fn workbooks_are_read_with_their_own_dates() {
    let bytes = workbook(&[("Prices", sheet(0))]);
    let (history, reading) = read(&bytes, &TableOptions { strict: true, ..TableOptions::default() }).unwrap();
    assert_eq!(history.digest(0..30), plain().digest(0..30));
    assert!(reading.to_string().contains("a workbook"), "{reading}");
    let (history, reading) =
        read(workbook(&[("Notes", String::new()), ("Prices", sheet(3))]), &TableOptions::default()).unwrap();
    assert_eq!(history.digest(0..30), plain().digest(0..30));
    assert!(reading.to_string().contains("sheet 'Prices', the only one with cells (guessed)"), "{reading}");
}

#[test]
fn a_sheet_of_several_is_chosen_by_its_name() {
    let bytes = workbook(&[("Old", sheet(0)), ("New", sheet(0))]);
    let refused = is_refused(&bytes, &["several sheets: Old, New"]);
    assert_eq!(refused.problem.setting(), Some(Setting::Sheet));
    let options = |sheet: &str| TableOptions { sheet: Some(sheet.into()), strict: true, ..TableOptions::default() };
    assert_eq!(read(&bytes, &options("New")).unwrap().0.digest(0..30), plain().digest(0..30));
    let refused = read(&bytes, &options("Prices")).unwrap_err().to_string();
    assert!(refused.contains("no sheet 'Prices'; it has Old, New"), "{refused}");
}

/// A hundred bytes that name the last cell of a sheet, of seventeen thousand million, or that expand
/// to a gigabyte.
#[test]
fn a_bomb_in_a_workbook_is_refused() {
    let mut options = TableOptions::default();
    options.limits.cells = 1000;
    let wide = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\"><v>1</v></c></row>";
    let refused = read(workbook(&[("S", wide.into())]), &options).unwrap_err().to_string();
    assert!(refused.contains("larger than 1000 cells"), "{refused}");
    options.limits.workbook = 1 << 20;
    let refused = read(workbook(&[("S", " ".repeat(1 << 21))]), &options).unwrap_err().to_string();
    assert!(refused.contains("larger than 1048576 bytes"), "{refused}");
    let tall = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    assert!(read(workbook(&[("S", tall.into())]), &options).is_err());
    for bytes in [&b"PK\x03\x04"[..], &workbook(&[])[..300]] {
        is_refused(bytes, &["broken workbook"]);
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_how_to_get_one() {
    is_refused(b"PAR1....PAR1", &["cargo install", "--features parquet"]);
}
