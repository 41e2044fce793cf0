//! What RFC 9309 demands and what Google's reader documents, as tables of our own: a file, a crawler, and what it may
//! fetch. What is fetched and kept (redirects, 4xx, 5xx, size, a day) is tried in `tests/it/robots.rs` and above.

use super::tests::allows;

/// Checks a file for the crawler `FooBot`: paths that are allowed, and those that are not.
fn check(file: &str, allowed: &[&str], forbidden: &[&str]) {
    for (paths, expected) in [(allowed, true), (forbidden, false)] {
        for path in paths {
            assert_eq!(allows("FooBot", file, path), expected, "{path} by\n{file}");
        }
    }
}

#[test]
fn lines_are_read_with_a_colon_or_a_space_whatever_their_case() {
    for file in [
        "user-agent: FooBot\ndisallow: /",
        "USER-AGENT: FooBot\nDISALLOW: /",
        "User-Agent : FooBot\nDisallow : /",
        "user-agent FooBot\ndisallow /",
        "  user-agent:\tFooBot  \n\tdisallow:/\t",
        "user-agent: FooBot # a crawler\ndisallow: / # all of it",
    ] {
        check(file, &[], &["/x", "/"]);
    }
    check("foo: FooBot\nbar: /", &["/x"], &[]);
    check(
        "user-agent: FooBot\nthis is no line\ndisallow: /a\n\u{1}\u{2}: x\ndisallow: /b",
        &["/c"],
        &["/a", "/b"],
    );
}

#[test]
fn slips_of_the_pen_in_disallow_are_understood() {
    for word in ["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"] {
        check(&format!("user-agent: FooBot\n{word}: /a/"), &["/b"], &["/a/"]);
    }
}

#[test]
fn every_end_of_line_ends_a_line_and_a_mark_of_byte_order_is_passed_over() {
    for end in ["\n", "\r\n", "\r", "\n\n", "\r\r\n"] {
        let file = ["User-Agent: foo", "Allow: /some/path", "User-Agent: *", "", "", "Disallow: /"].join(end);
        check(&file, &[], &["/some/path", "/x"]);
        let file = ["User-Agent: FooBot", "Disallow: /a", "Disallow: /b"].join(end);
        check(&format!("\u{feff}{file}"), &["/c"], &["/a", "/b"]);
    }
    check("user-agent: FooBot\ndisallow: /last/line/without/end", &["/"], &["/last/line/without/end/x"]);
}

#[test]
fn a_crawler_is_known_by_its_name_in_any_case_with_or_without_a_version() {
    for name in ["FooBot", "foobot", "FOOBOT", "FooBot/1.2", "FooBot (+https://foo.example)", "FooBot bar"] {
        check(&format!("user-agent: {name}\ndisallow: /\nuser-agent: *\nallow: /"), &[], &["/x"]);
    }
    for name in ["Foo", "FooBot-News", "FooBots", "MyFooBot", "Foo Bot", ""] {
        check(&format!("user-agent: {name}\ndisallow: /"), &["/x"], &[]);
    }
}

#[test]
fn the_group_for_everybody_counts_when_none_names_us() {
    check("user-agent: *\ndisallow: /\nuser-agent: FooBot\nallow: /", &["/x"], &[]);
    check("user-agent: FooBot\nallow: /\nuser-agent: *\ndisallow: /", &["/x"], &[]);
    check("user-agent: FooBot\nuser-agent: *\ndisallow: /", &[], &["/x"]);
    check("user-agent: BarBot\ndisallow: /", &["/x"], &[]);
    check("user-agent: * baz\ndisallow: /", &[], &["/x"]);
    check("user-agent: *baz\ndisallow: /", &["/x"], &[]);
    // A space stands for the colon between two words only.
    check("user-agent * baz\ndisallow: /", &["/x"], &[]);
    check("user-agent: FooBot\ndisallow /a and /b", &["/a", "/b"], &[]);
    // A group without rules is one as well.
    check("user-agent: *\ndisallow: /\n\nuser-agent: FooBot\n", &["/x"], &[]);
    check("", &["/x"], &[]);
    check("user-agent: FooBot", &["/x"], &[]);
}

#[test]
fn groups_that_name_us_are_joined_and_several_names_may_stand_above_one() {
    let file = "user-agent: FooBot\ndisallow: /a\n\nuser-agent: BarBot\ndisallow: /b\n\nuser-agent: foobot\ndisallow: /c";
    check(file, &["/b"], &["/a", "/c"]);
    check("user-agent: BarBot\nuser-agent: FooBot\ndisallow: /a", &["/b"], &["/a"]);
    check("user-agent: FooBot\nuser-agent: BarBot\ndisallow: /a", &["/b"], &["/a"]);
    let file = "user-agent: *\ndisallow: /a\nuser-agent: BarBot\ndisallow: /b\nuser-agent: *\ndisallow: /c";
    check(file, &["/b"], &["/a", "/c"]);
}

#[test]
fn only_a_rule_ends_the_lines_that_name() {
    for between in
        ["", "# a word", "Sitemap: https://foo.example/s.xml", "Crawl-delay: 5", "Unknown: x", "nonsense"]
    {
        check(&format!("user-agent: FooBot\n{between}\nuser-agent: BarBot\ndisallow: /a"), &["/b"], &["/a"]);
        check(&format!("user-agent: FooBot\ndisallow: /a\n{between}\ndisallow: /b"), &["/c"], &["/a", "/b"]);
    }
    check("user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /", &["/x"], &[]);
}

#[test]
fn rules_before_anybody_is_named_are_for_nobody() {
    check("disallow: /a\nuser-agent: FooBot\ndisallow: /b", &["/a"], &["/b"]);
    check("disallow: /", &["/x"], &[]);
}

#[test]
fn the_longest_rule_wins_in_any_order_and_a_tie_allows() {
    for (file, allowed, forbidden) in [
        ("allow: /x/page.html\ndisallow: /x/", vec!["/x/page.html"], vec!["/x/", "/x/other"]),
        ("disallow: /x/\nallow: /x/page.html", vec!["/x/page.html"], vec!["/x/", "/x/other"]),
        (
            "disallow: /\nallow: /x/page.html\ndisallow: /x/page.html.gz",
            vec!["/x/page.html"],
            vec!["/x/page.html.gz", "/"],
        ),
        ("disallow: /x\nallow: /x", vec!["/x", "/xy"], vec![]),
        ("disallow: \nallow: ", vec!["/"], vec![]),
        ("disallow: /\nallow: /", vec!["/"], vec![]),
        ("disallow: /\ndisallow: ", vec![], vec!["/", "/x"]),
        ("disallow: \ndisallow: /", vec![], vec!["/", "/x"]),
        ("allow: \ndisallow: /", vec![], vec!["/x"]),
        ("allow: /p\ndisallow: /", vec!["/page"], vec!["/x"]),
        ("allow: /folder\ndisallow: /folder", vec!["/folder/page"], vec![]),
        ("allow: /page\ndisallow: /*.htm", vec!["/page"], vec!["/page.htm", "/x.htm"]),
        ("allow: /page\ndisallow: /*.ph", vec!["/page", "/page.php5"], vec!["/x.php5"]),
        ("allow: /$\ndisallow: /", vec!["/"], vec!["/page.htm"]),
    ] {
        check(&format!("user-agent: FooBot\n{file}"), &allowed, &forbidden);
    }
}

#[test]
fn paths_match_from_their_beginning_and_in_their_case() {
    check(
        "user-agent: FooBot\ndisallow: /fish",
        &["/Fish.asp", "/catfish", "/desert/fish"],
        &["/fish", "/fish.html", "/fish/salmon", "/fishheads", "/fish.php?id=1"],
    );
    check(
        "user-agent: FooBot\ndisallow: /fish/",
        &["/fish", "/fish.html", "/Fish/Salmon"],
        &["/fish/", "/fish/?id=1", "/fish/salmon.htm"],
    );
    check("user-agent: FooBot\ndisallow: fish", &["/fish"], &[]);
    check("user-agent: FooBot\ndisallow: /a?b", &["/a", "/a?c"], &["/a?b", "/a?bc"]);
}

#[test]
fn a_star_stands_for_anything_and_a_dollar_for_the_end() {
    check(
        "user-agent: FooBot\ndisallow: /fish*",
        &["/Fish.asp", "/catfish"],
        &["/fish", "/fishheads/x.html"],
    );
    check(
        "user-agent: FooBot\ndisallow: /*.php",
        &["/", "/windows.PHP"],
        &["/index.php", "/x/y.php?p", "/x.php/", "/x.php5"],
    );
    check(
        "user-agent: FooBot\ndisallow: /*.php$",
        &["/x.php?p", "/x.php/", "/x.php5", "/x.PHP"],
        &["/x.php", "/a/b.php"],
    );
    check(
        "user-agent: FooBot\ndisallow: /fish*.php",
        &["/Fish.PHP"],
        &["/fish.php", "/fishheads/catfish.php?p=1"],
    );
    check("user-agent: FooBot\ndisallow: *", &[], &["/", "/x"]);
    check("user-agent: FooBot\ndisallow: *x", &["/a"], &["/x", "/ax"]);
    check("user-agent: FooBot\ndisallow: /a**b", &["/a"], &["/ab", "/axb"]);
    check("user-agent: FooBot\ndisallow: /a$", &["/ab", "/a/"], &["/a"]);
    check("user-agent: FooBot\ndisallow: /a$b", &["/a", "/ab"], &["/a$b", "/a$bc"]);
    check(
        "user-agent: FooBot\ndisallow: /a%24\ndisallow: /b%2A",
        &["/a", "/b", "/bc"],
        &["/a$", "/b*", "/b*c"],
    );
    check("user-agent: FooBot\ndisallow: /a.b", &["/axb"], &["/a.b"]);
    check("user-agent: FooBot\ndisallow: /(a|b)+[c]", &["/ac"], &[]);
}

#[test]
fn percent_signs_and_letters_beyond_ascii_are_compared_in_one_form() {
    check(
        "user-agent: FooBot\ndisallow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par",
        &[],
        &["/foo/bar?qux=taz&baz=http://foo.bar?tar&par"],
    );
    for rule in ["/foo/bar/\u{30c4}", "/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"] {
        check(
            &format!("user-agent: FooBot\ndisallow: {rule}"),
            &["/foo/bar/"],
            &["/foo/bar/\u{30c4}", "/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84x"],
        );
    }
    for rule in ["/a%62c", "/abc", "/%61bc"] {
        check(&format!("user-agent: FooBot\ndisallow: {rule}"), &["/abd"], &["/abc", "/a%62c"]);
    }
    // What is reserved keeps its percent sign: `/` in a name is no step of the path.
    check("user-agent: FooBot\ndisallow: /a%2Fb", &["/a/b"], &["/a%2fb", "/a%2Fb"]);
    // A file in Latin-1: the octet, not the letter.
    let file = [b"user-agent: FooBot\ndisallow: /caf".as_slice(), b"\xe9", b"\n"].concat();
    let url = |path| url::Url::parse("https://shop.example").unwrap().join(path).unwrap();
    let rules = super::Rules::read("FooBot", &file);
    assert!(rules.allow(&url("/caf%E9/menu")).is_err());
    assert!(rules.allow(&url("/cafe")).is_ok());
}

#[test]
fn robots_txt_itself_may_always_be_read() {
    check("user-agent: *\ndisallow: /", &["/robots.txt"], &["/robots.txt.bak", "/a/robots.txt"]);
}

#[test]
fn the_delay_of_our_own_group_counts_and_one_above_all_groups_for_everybody() {
    let delay = |file: &str| super::Rules::read("FooBot", file.as_bytes()).delay().as_secs();
    assert_eq!(delay("user-agent: *\ncrawl-delay: 5\nuser-agent: FooBot\ncrawl-delay: 7\ndisallow: /a"), 7);
    assert_eq!(delay("user-agent: *\ncrawl-delay: 5\ndisallow: /a"), 5);
    assert_eq!(delay("user-agent: *\ncrawl-delay: 5\ndisallow: /a\nuser-agent: FooBot\ndisallow: /a"), 0);
    assert_eq!(delay("crawl-delay: 9\nuser-agent: *\ndisallow: /a"), 9);
}
