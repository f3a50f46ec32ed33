//! Files that were made to do harm where their names are shown: in pages, and in tables that a
//! spreadsheet opens.

use tailproof_test_support::{DEAL, Desk, LOANS, mandate};

/// Names of factors that are markup in a page and formulas in a spreadsheet.
const NAMES: [&str; 5] = ["<b onclick=x>AAA</b>", "=HYPERLINK(1)", "+1+1", "@SUM(1)", "-2+3"];

fn desk() -> Desk {
    let desk = Desk::new();
    let price = |day: usize, factor: usize| 100 + (day * (factor + 3)) % 17;
    let row = |day: usize| {
        let cells: String = (0..NAMES.len()).map(|factor| format!(",{}", price(day, factor))).collect();
        format!("2024-01-{day:02}{cells}\n")
    };
    let header = NAMES.map(|name| format!("\"{name}\"")).join(",");
    desk.write("p.csv", format!("date,{header}\n{}", (1..=25).map(row).collect::<String>()));
    let held: String = NAMES.iter().map(|name| format!("\"{name}\",1000\n")).collect();
    desk.write("b.csv", format!("factor,exposure\n{held}"));
    desk.run("scenarios historical --prices p.csv -o s.scn").expect(0);
    desk
}

/// A page has only the tags that the program writes: none of a name's.
fn is_harmless(page: &str) {
    for tag in ["<b ", "<script", "<img", "<i>", "onclick=x>"] {
        assert!(!page.contains(tag), "{tag}: {page}");
    }
}

#[test]
fn names_are_text_in_every_page() {
    let desk = desk();
    desk.write("<i>.toml", mandate("var", "0.9", "limit = 900000").replace("\"m\"", "\"<script>m</script>\""));
    desk.write("<img src=x>.csv", desk.read("b.csv"));
    let report = "report --scenarios s.scn --mandate '<i>.toml' --prices p.csv --book '<img src=x>.csv' -o r.html";
    desk.run(report).expect(0);
    let page = desk.read("r.html");
    is_harmless(&page);
    for shown in ["&lt;b onclick=x&gt;AAA&lt;/b&gt;", "&lt;img src=x&gt;.csv", "&lt;script&gt;m"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    // Names of scenarios, which a stress table states, and of classes of a tape, which a picture has.
    let names = NAMES.map(|name| format!("\"{name}\"")).join(",");
    desk.write("t.csv", format!("name,{names}\n<script>x</script>,-0.1,0,0,0,0\n<img>,-0.2,0,0,0,0\n"));
    desk.run("scenarios stress --table t.csv -o t.scn").expect(0);
    desk.run("report --scenarios t.scn --mandate '<i>.toml' --book b.csv -o t.html").expect(0);
    let page = desk.read("t.html");
    is_harmless(&page);
    assert!(page.contains("&lt;script&gt;x&lt;/script&gt;"), "{page}");
    desk.write("loans.csv", LOANS.replace(",A,", ",<script>,").replace(",car,", ",<img src=x>,"));
    desk.run("pool describe loans.csv -o pool.html").expect(0);
    let page = desk.read("pool.html");
    is_harmless(&page);
    assert!(page.contains("&lt;script&gt;"), "{page}");
}

/// No cell of a table that is written begins as a formula does, unless it is a number.
#[test]
fn no_table_that_is_written_has_a_formula() {
    let desk = desk();
    desk.write("=b.csv", desk.read("b.csv"));
    desk.write("m.toml", mandate("var", "0.9", "limit = 900000"));
    std::fs::create_dir(desk.path("books")).unwrap();
    desk.write("books/=1+1.csv", desk.read("b.csv"));
    let commit = "commit --book 'books/=1+1.csv' --scenarios s.scn -o c.json --opening 'books/=1+1.opening'";
    desk.run(commit).expect(0);
    let keys = desk.keys("60x20/1");
    desk.run(format!("prove --batch books --scenarios s.scn --mandate m.toml --keys {keys} -o proofs")).expect(0);
    let risk = |more: &str| desk.run(format!("risk --book '=b.csv' --scenarios s.scn {more} --csv")).expect(0).stdout;
    let rolling = "backtest --book b.csv --prices p.csv --window 10 --confidence 0.9 --csv";
    let tables = [
        risk("--confidence 0.9"),
        risk("--confidence 0.9 --contributions"),
        risk("--mandate m.toml"),
        desk.run(rolling).expect(0).stdout,
        desk.read("proofs/results.csv"),
    ];
    for table in &tables {
        assert!(table.lines().count() > 1, "{table}");
        let mut reader = csv_rows(table);
        for cell in reader.drain(..).flatten() {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{cell}: {table}");
        }
    }
    for name in NAMES.iter().skip(1) {
        assert!(tables[1].contains(&format!("'{name}")), "{name}: {}", tables[1]);
    }
    assert!(tables[4].contains("'=1+1"), "{}", tables[4]);
}

/// The cells of a table without line breaks in its cells.
fn csv_rows(table: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                letter => cells.last_mut().unwrap().push(letter),
            }
        }
        cells
    };
    table.lines().map(cells).collect()
}

/// A deal's name and its tranches stand in no page as markup either.
#[test]
fn a_claim_is_text_in_the_page_of_a_pool() {
    let desk = Desk::new();
    desk.write("loans.csv", LOANS);
    desk.write("deal.toml", DEAL.replace("\"senior\"", "\"<script>senior\""));
    desk.credit("deal.toml", "0.1", 32, "c.scn").expect(0);
    desk.run("pool describe loans.csv --deal deal.toml --scenarios c.scn -o pool.html").expect(0);
    let page = desk.read("pool.html");
    is_harmless(&page);
    assert!(page.contains("&lt;script&gt;senior"), "{page}");
}
