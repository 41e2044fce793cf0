//! What happens on the made-up platform while one watches: seconds after the start, where, who, what.

/// One post. `age` is how many minutes old it looks when it appears.
pub(super) struct Line {
    /// Seconds after the start.
    pub(super) after: i64,
    /// Minutes before that, at which it says it was published.
    pub(super) age: i64,
    /// `mastodon`, `forum` or `reviews`.
    pub(super) place: &'static str,
    /// Handle of the author.
    pub(super) who: &'static str,
    /// Name of the author.
    pub(super) name: &'static str,
    /// Followers.
    pub(super) followers: u32,
    /// Stars, for a review.
    pub(super) stars: Option<u8>,
    /// The text.
    pub(super) text: &'static str,
}

const fn post(
    after: i64,
    age: i64,
    who: &'static str,
    name: &'static str,
    followers: u32,
    text: &'static str,
) -> Line {
    Line { after, age, place: "mastodon", who, name, followers, stars: None, text }
}

/// The posts, in order.
pub(super) const LINES: &[Line] = &[
    // Turns red about two minutes after the start: 238 of 240 minutes have passed.
    post(
        0,
        238,
        "janine_hgv",
        "Janine",
        310,
        "@bouwhoek Ik wacht nu zes weken op mijn tuinhuis en word elke week met een andere smoes afgescheept. Derde keer dat ik dit vraag: wanneer wordt het geleverd in Hoogeveen?",
    ),
    // Turns amber soon: 191 of 192 minutes.
    post(
        0,
        191,
        "tom_vd_b",
        "Tom van den Berg",
        95,
        "@bouwhoek jullie zouden mij gisteren terugbellen over de verkeerde vloer. Niets gehoord. Bestelling 4471902.",
    ),
    post(
        8,
        1,
        "moeder_van_3",
        "Saskia",
        2_140,
        "@bouwhoek de gaskachel die ik zaterdag in Zwolle kocht ruikt naar gas als hij uit staat. Ik heb een baby in huis. Wat moet ik doen???",
    ),
    Line {
        after: 15,
        age: 30,
        place: "reviews",
        who: "h-visser",
        name: "H. Visser",
        followers: 0,
        stars: Some(2),
        text: "Medewerkers in de winkel zijn vriendelijk, maar de beloofde montage is al twee keer afgezegd op de dag zelf. Telefonisch niemand te bereiken.",
    },
    post(
        24,
        2,
        "klusmetkees",
        "Kees",
        5_400,
        "Lekker bezig weer @bouwhoek 👏 derde zaterdag op rij vrij genomen voor een levering die niet komt. #bouwhoek",
    ),
    post(
        38,
        1,
        "lotte_k",
        "Lotte",
        40,
        "@bouwhoek Amersfoort: wat een topservice vandaag, Mo heeft een uur met ons meegezocht naar de juiste scharnieren. Dank!",
    ),
    Line {
        after: 50,
        age: 12,
        place: "forum",
        who: "ruud59",
        name: "Ruud",
        followers: 0,
        stars: None,
        text: "Bouwhoek stuurde mij gisteren de factuur van iemand anders, met naam, adres en telefoonnummer erop. Is dat een datalek? Moet ik dat ergens melden?",
    },
    post(65, 3, "marco_gouda", "Marco", 180, "@bouwhoek hebben jullie in Gouda nog kalkverf op voorraad?"),
    post(
        80,
        1,
        "dejong_advies",
        "P. de Jong",
        760,
        "@bouwhoek 1.850 euro aanbetaald, product niet leverbaar, en na vijf weken nog steeds geen geld terug. Morgen schakel ik mijn rechtsbijstand in.",
    ),
    post(
        95,
        1,
        "bouwvacatures",
        "Bouwvacatures",
        3_100,
        "VACATURE: Bouwhoek Gouda zoekt een teamleider logistiek (32-38 uur). Solliciteer voor 15 december! #vacature #bouwhoek",
    ),
    Line {
        after: 110,
        age: 5,
        place: "reviews",
        who: "fam-smit",
        name: "Familie Smit",
        followers: 0,
        stars: Some(5),
        text: "Nooit problemen, geen gedoe, niets te klagen. Keuken netjes op tijd geplaatst.",
    },
    post(
        130,
        1,
        "janine_hgv",
        "Janine",
        310,
        "@bouwhoek is er iemand? Mijn vader van 84 zit zonder opstap omdat jullie het tuinhuis en de trap niet leveren.",
    ),
    post(
        150,
        1,
        "sarah_ldn",
        "Sarah",
        620,
        "@bouwhoek ordered online, parcel says delivered but nothing is here. Chatbot sends me round in circles. Can a human please help?",
    ),
    post(175, 2, "nico_h", "Nico", 55, "@bouwhoek prima geregeld gisteren, bedankt!"),
];

/// What the team does meanwhile: seconds after the start.
pub(super) const PROMISE_AFTER: i64 = 30;
/// The promise is due so many seconds after it was made.
pub(super) const PROMISE_SECONDS: i64 = 90;
