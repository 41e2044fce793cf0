//! The words of promises in four languages. Lists are words between spaces; `*` stands for any ending, `|` for or.

use super::Kind::{self, CallBack, Deliver, FindOut, Other, Refund, Replace};

/// What else has to stand in the part of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A verb in the present: needs one of us who does it, and nothing that puts it behind us.
    Now,
    /// An infinitive or participle: needs a word that says it is to come ("will", "wordt", "werden").
    Will,
    /// Says it by itself ("you receive your money"): needs nothing, holds also with "can" ("can expect").
    Sure,
    /// A noun with a time right after it ("levering donderdag").
    Noun,
}
use Form::{Noun, Now, Sure, Will};

/// One language.
pub(super) struct Tongue {
    /// Who acts for us.
    pub we: &'static str,
    /// What says that it is to come.
    pub will: &'static str,
    /// What says that it lies behind.
    pub past: &'static str,
    /// What makes it a possibility, a hope or a general rule.
    pub hedge: &'static str,
    /// What denies it.
    pub not: &'static str,
    /// The customer who is spoken to.
    pub you: &'static str,
    /// A part of a sentence that begins so is a condition; `a_b` is two words in a row.
    pub when: &'static str,
    /// A part that begins so asks something of the customer: what hangs on it depends on him.
    pub ask: &'static str,
    /// What is promised, graver or narrower first.
    pub acts: &'static [(Kind, Form, &'static str)],
}

pub(super) static TONGUES: [Tongue; 4] = [NL, EN, DE, FR];

const NL: Tongue = Tongue {
    we: "we wij ik team collega* afdeling klantenservice monteur bezorger koerier vervoerder chauffeur winkel filiaal filiaalmanager manager leverancier",
    will: "zal zullen zult gaat gaan ga wordt worden word beloof beloven",
    past: "hebben heb heeft hebt had hadden was waren werd werden is",
    hedge: "kan kunnen kunt kon konden zou zouden wil willen wilt wilde mag mogen moest moesten probeer proberen hoop hopen misschien wellicht normaliter normaal normaalgesproken meestal doorgaans gemiddeld standaard alleen altijd graag_gedaan",
    not: "niet geen nooit niets niemand",
    you: "u uw je jou jouw jullie",
    when: "als_u als_je als_jij als_jullie als_het als_er als_dit als_dat als_de als_wij als_we indien mocht zodra_u zodra_je wanneer_u wanneer_je tenzij dan mits",
    ask: "stuur stuurt mail mailt dm app bel geef laat neem vul gelieve reageer deel",
    acts: &[
        (CallBack, Now, "bel|bellen|belt|telefoneren"),
        (CallBack, Now, "neem|nemen|neemt contact"),
        (CallBack, Will, "bellen|gebeld|terugbellen|teruggebeld|terugbel|opbellen|opgebeld|nabellen"),
        (CallBack, Will, "contact opnemen|opgenomen|nemen"),
        (CallBack, Sure, "krijgt|krijg|ontvangt|ontvang telefoontje|belletje"),
        (Refund, Now, "betaal|betalen|betaalt|stort|storten|boek|boeken terug"),
        (Refund, Now, "maak|maken over geld|bedrag|aankoopbedrag"),
        (Refund, Now, "vergoeden|vergoed|restitueren|crediteren|terugbetalen|terugstorten"),
        (
            Refund,
            Will,
            "terugbetalen|terugbetaald|terugstorten|teruggestort|terugboeken|teruggeboekt|vergoeden|vergoed|restitueren|gerestitueerd|crediteren|gecrediteerd",
        ),
        (Refund, Will, "geld|bedrag|aankoopbedrag overmaken|overgemaakt"),
        (
            Refund,
            Sure,
            "krijgt|krijg|ontvangt|ontvang|hebt|heeft geld|aankoopbedrag|bedrag|terugbetaling terug|rekening|terugbetaling",
        ),
        (Refund, Sure, "staat geld|bedrag rekening"),
        (Refund, Sure, "kunt|kan terugbetaling|geld verwachten"),
        (Refund, Noun, "terugbetaling restitutie"),
        (Replace, Now, "vervangen|vervang|repareren|repareer|repareert|herstellen|ruilen"),
        (Replace, Now, "stuur|sturen|stuurt|lever|leveren nieuw*|vervang*|ander|andere"),
        (Replace, Will, "vervangen|repareren|gerepareerd|herstellen|hersteld|omruilen|omgeruild"),
        (Replace, Will, "sturen|gestuurd|opsturen|opgestuurd|leveren|geleverd|verzonden nieuw*|vervangend*"),
        (Replace, Sure, "krijgt|krijg|ontvangt|ontvang nieuw|nieuwe|vervangend*|vervanging"),
        (Replace, Noun, "reparatie"),
        (FindOut, Now, "zoek|zoeken|zoekt uit"),
        (FindOut, Now, "ga|gaan|gaat|vraag|vragen|kijk|kijken na"),
        (FindOut, Now, "laat|laten weten"),
        (FindOut, Now, "kom|komen|komt terug op|bij"),
        (
            FindOut,
            Now,
            "onderzoeken|onderzoek|checken|check|uitzoeken|informeren|informeer|controleren|controleer",
        ),
        (FindOut, Now, "koppel|koppelen|koppelt terug"),
        (FindOut, Now, "houd|houden|hou hoogte"),
        (FindOut, Now, "stuur|sturen|geef|geven update|bericht|mail|e-mail|reactie|antwoord|terugkoppeling"),
        (
            FindOut,
            Will,
            "uitzoeken|uitgezocht|nagaan|nagegaan|navragen|nagevraagd|onderzoeken|onderzocht|terugkoppelen|teruggekoppeld|bekijken|bekeken|controleren|gecontroleerd|informeren|geïnformeerd",
        ),
        (FindOut, Will, "laten weten"),
        (FindOut, Will, "terugkomen op|bij"),
        (FindOut, Will, "sturen|gestuurd|geven update|bericht|mail|e-mail|reactie|antwoord"),
        (FindOut, Will, "op hoogte houden|gehouden|gebracht"),
        (FindOut, Sure, "hoort|hoor van ons|mij|me|haar|hem"),
        (
            FindOut,
            Sure,
            "krijgt|krijg|ontvangt|ontvang reactie|antwoord|terugkoppeling|update|bericht|mail|e-mail|uitsluitsel",
        ),
        (FindOut, Sure, "heeft|hebt reactie|antwoord|uitsluitsel binnen"),
        (
            Deliver,
            Now,
            "lever|leveren|levert|bezorg|bezorgen|bezorgt|verstuur|versturen|verstuurt|verzend|verzenden|verzendt|stuur|sturen|stuurt",
        ),
        (Deliver, Now, "kom|komen|komt langs|brengen|bezorgen|leveren"),
        (Deliver, Now, "breng|brengen|brengt"),
        (
            Deliver,
            Will,
            "leveren|geleverd|bezorgen|bezorgd|versturen|verstuurd|verzenden|verzonden|sturen|gestuurd|opsturen|opgestuurd|afleveren|afgeleverd|langskomen|nabezorgen|nabezorgd|nageleverd",
        ),
        (
            Deliver,
            Sure,
            "krijgt|krijg|ontvangt|ontvang|heeft|hebt pakket|pakketje|bestelling|zending|levering|order huis|morgen|vandaag|overmorgen|binnen|uiterlijk|maandag*|dinsdag*|woensdag*|donderdag*|vrijdag*|zaterdag*|zondag*",
        ),
        (Deliver, Sure, "kunt|kan pakket|bestelling|levering|zending|monteur verwachten"),
        (Deliver, Sure, "pakket|pakketje|bestelling|zending komt|komen aan|binnen"),
        (Deliver, Noun, "levering bezorging aflevering verzending"),
        (Other, Now, "zorg|zorgen ervoor|er"),
        (Other, Now, "los|lossen op"),
        (Other, Now, "pak|pakken op"),
        (Other, Now, "regel|regelen|regelt"),
        (Other, Will, "oplossen|opgelost|regelen|geregeld|oppakken|opgepakt|afhandelen|afgehandeld"),
    ],
};

const EN: Tongue = Tongue {
    we: "we i we'll i'll we're i'm team colleague* manager driver engineer courier technician store",
    will: "will we'll i'll you'll it'll they'll he'll she'll shall going promise",
    past: "have has had was were did been i've we've",
    hedge: "can could can't may might would should try trying hope hoping maybe perhaps possibly usually normally typically always only want like we'd i'd aim",
    not: "not no never nothing cannot don't won't can't isn't aren't doesn't didn't unable",
    you: "you your you'll yours it them",
    when: "if unless once_you when_you as_soon_as_you should_you provided then in_case",
    ask: "send dm message email mail call drop please contact let get share provide give pop",
    acts: &[
        (CallBack, Now, "calling|ringing|phoning|contacting"),
        (CallBack, Will, "call|ring|phone|telephone|called|phoned|contact|contacted|calling"),
        (CallBack, Will, "get|be|in touch"),
        (CallBack, Will, "give|receive|get|have call|ring"),
        (CallBack, Will, "reach out"),
        (Refund, Now, "refunding|reimbursing"),
        (Refund, Will, "refund|refunded|reimburse|reimbursed|refunding"),
        (Refund, Will, "get|receive|have|see|transfer|pay money"),
        (Refund, Sure, "can expect refund|money"),
        (Refund, Noun, "refund reimbursement"),
        (Replace, Now, "replacing|repairing|exchanging"),
        (Replace, Now, "sending|shipping|dispatching new|replacement|another"),
        (Replace, Will, "replace|replaced|repair|repaired|exchange|exchanged|replacement"),
        (Replace, Will, "send|sent|ship|get|receive|deliver new|another"),
        (Replace, Noun, "replacement repair"),
        (FindOut, Now, "looking into"),
        (FindOut, Now, "investigating|checking|chasing"),
        (FindOut, Will, "look|looking into"),
        (FindOut, Will, "get|come back to you"),
        (FindOut, Will, "let you know"),
        (FindOut, Will, "find|finding out"),
        (FindOut, Will, "keep posted|updated|informed"),
        (FindOut, Will, "hear from us|me|them|him|her"),
        (FindOut, Will, "investigate|investigated|check|checking|chase|follow|update|inform"),
        (FindOut, Will, "send|receive|get|have answer|reply|update|email|message|response|news"),
        (FindOut, Sure, "can expect answer|reply|update|email|response|call"),
        (Deliver, Now, "delivering|sending|shipping|dispatching|bringing"),
        (
            Deliver,
            Will,
            "deliver|delivered|send|sent|ship|shipped|dispatch|dispatched|arrive|delivery|collect|collected|posted",
        ),
        (Deliver, Will, "be with you"),
        (Deliver, Will, "receive|get|have parcel|order|package|item*"),
        (Deliver, Sure, "being|is scheduled|delivered|shipped|dispatched for|today|tomorrow"),
        (Deliver, Sure, "can expect parcel|order|package|delivery"),
        (Deliver, Noun, "delivery"),
        (Other, Will, "sort|sorted|fix|fixed|resolve|resolved|arrange|arranged"),
        (Other, Will, "make sure|right"),
        (Other, Will, "take care"),
    ],
};

const DE: Tongue = Tongue {
    we: "wir ich team kollege* kollegin* techniker monteur fahrer filiale kundenservice kundendienst markt marktleiter händler zusteller mitarbeiter*",
    will: "werden werde wird verspreche versprechen zusagen",
    past: "haben habe hat hatte hatten wurde wurden war waren",
    hedge: "kann können könnte* würde* sollte* soll sollen möchte* versuche* hoffe* vielleicht eventuell normalerweise üblicherweise gewöhnlich immer nur wollen will",
    not: "nicht kein* nie niemals nichts",
    you: "sie ihnen ihr ihre ihren ihrem ihrer dir dich dein* euch",
    when: "wenn falls sofern sobald_sie sobald_du sollten_sie dann",
    ask: "bitte schicken_sie senden_sie schreiben_sie rufen_sie melden_sie schick schreib geben_sie teilen_sie",
    acts: &[
        (CallBack, Now, "ruf|rufe|rufen|ruft an|zurück"),
        (CallBack, Now, "nehmen|nehme|nimmt kontakt"),
        (CallBack, Now, "kontaktieren|kontaktiere|kontaktiert"),
        (CallBack, Will, "anrufen|angerufen|zurückrufen|zurückgerufen|kontaktieren|kontaktiert|telefonieren"),
        (CallBack, Will, "kontakt aufnehmen"),
        (CallBack, Sure, "erhalten|bekommen anruf|rückruf"),
        (Refund, Now, "erstatten|erstatte|erstattet|überweisen|überweise|zurückerstatten"),
        (Refund, Now, "zahlen|zahle|zahlt zurück"),
        (Refund, Now, "schreiben|schreibe gut"),
        (
            Refund,
            Will,
            "erstatten|erstattet|zurückerstatten|zurückerstattet|rückerstattet|zurückzahlen|zurückgezahlt|überweisen|überwiesen|gutschreiben|gutgeschrieben",
        ),
        (Refund, Sure, "erhalten|bekommen geld|erstattung|rückerstattung|betrag|gutschrift"),
        (Refund, Noun, "erstattung rückerstattung rückzahlung"),
        (Replace, Now, "tauschen|tausche|ersetzen|ersetze|reparieren|repariere|repariert"),
        (Replace, Now, "schicken|schicke|senden|sende|liefern neu*|ersatz*"),
        (
            Replace,
            Will,
            "austauschen|ausgetauscht|umtauschen|umgetauscht|ersetzen|ersetzt|reparieren|repariert",
        ),
        (Replace, Will, "schicken|senden|liefern|zusenden|geschickt|geliefert neu*|ersatz*"),
        (Replace, Sure, "erhalten|bekommen ersatz*|neue|neuen|neues"),
        (Replace, Noun, "reparatur ersatzlieferung"),
        (
            FindOut,
            Now,
            "klären|kläre|klärt|prüfen|prüfe|prüft|recherchieren|untersuchen|informieren|informiere",
        ),
        (FindOut, Now, "frage|fragen|forsche|forschen|gehe|gehen nach"),
        (FindOut, Now, "melde|melden|meldet uns|mich|sich"),
        (FindOut, Now, "geben|gebe bescheid|rückmeldung"),
        (FindOut, Now, "halte|halten laufenden"),
        (FindOut, Now, "komme|kommen zurück"),
        (
            FindOut,
            Will,
            "klären|geklärt|prüfen|geprüft|nachfragen|nachforschen|recherchieren|untersuchen|untersucht|informieren|informiert|herausfinden|melden",
        ),
        (FindOut, Will, "bescheid|rückmeldung geben"),
        (FindOut, Sure, "erhalten|bekommen antwort|rückmeldung|bescheid|nachricht|update|e-mail"),
        (FindOut, Sure, "hören von uns|mir"),
        (
            Deliver,
            Now,
            "liefern|liefere|liefert|versenden|versende|verschicken|verschicke|schicken|schicke|schickt|senden|sende",
        ),
        (Deliver, Now, "stellen|stellt|bringe|bringen|bringt zu|vorbei"),
        (
            Deliver,
            Will,
            "liefern|geliefert|ausliefern|ausgeliefert|zustellen|zugestellt|versenden|versendet|versandt|verschicken|verschickt|schicken|geschickt|senden|gesendet|zusenden|zugesandt|ankommen|eintreffen",
        ),
        (Deliver, Sure, "erhalten|bekommen paket|bestellung|lieferung|ware|sendung"),
        (Deliver, Sure, "können lieferung|paket|bestellung rechnen"),
        (Deliver, Sure, "kommt|trifft paket|bestellung|lieferung|sendung|ware an|ein"),
        (Deliver, Noun, "lieferung zustellung auslieferung"),
        (Other, Now, "kümmern|kümmere|kümmert uns|mich|sich"),
        (Other, Now, "sorge|sorgen dafür"),
        (Other, Will, "lösen|gelöst|kümmern|erledigen|erledigt|regeln"),
    ],
};

const FR: Tongue = Tongue {
    we: "nous je j' on équipe collègue* technicien livreur magasin transporteur conseiller*",
    will: "allons vais va vont promettons promets engageons sera serez seront",
    past: "avons ai a avait avions était étaient été",
    hedge: "peut pouvons pouvez pourrait pourrions pourriez voudrions souhaitons aimerions essayons essayer essaierons espérons espère peut-être normalement généralement toujours seulement devrait devriez devons",
    not: "pas jamais aucun* rien plus_possible",
    you: "vous votre vos te toi ton tu lui",
    when: "si s' dès_que_vous lorsque_vous quand_vous sauf alors à_condition",
    ask: "envoyez* contactez* écrivez* appelez* merci_de veuillez transmettez* communiquez* donnez* envoie* laissez*",
    acts: &[
        (CallBack, Now, "rappelons|rappelle|appelons|appelle|contactons|contacte|recontactons|recontacte"),
        (
            CallBack,
            Sure,
            "rappellerons|rappellerai|rappellera|appellerons|appellerai|appellera|contacterons|contacterai|contactera|recontacterons|recontactera|joindrons",
        ),
        (
            CallBack,
            Will,
            "rappeler|rappelé|rappelée|rappelés|appeler|appelé|appelée|contacter|contacté|contactée|contactés|recontacter|recontacté|recontactée",
        ),
        (CallBack, Sure, "recevrez appel"),
        (Refund, Now, "remboursons|rembourse|créditons"),
        (Refund, Sure, "rembourserons|rembourserai|remboursera|créditerons|créditera"),
        (Refund, Will, "rembourser|remboursé|remboursée|remboursés|créditer|crédité"),
        (Refund, Sure, "recevrez|aurez remboursement|argent|somme|virement"),
        (Refund, Noun, "remboursement"),
        (Replace, Now, "remplaçons|remplace|réparons|répare|échangeons"),
        (Replace, Now, "envoyons|envoie|expédions nouveau|nouvelle|autre"),
        (Replace, Sure, "remplacerons|remplacerai|remplacera|réparerons|réparera|échangerons"),
        (Replace, Sure, "enverrons|enverrai|recevrez|expédierons nouveau|nouvelle|nouvel|remplacement"),
        (Replace, Will, "remplacer|remplacé|remplacée|réparer|réparé|réparée|échanger|échangé"),
        (Replace, Noun, "réparation remplacement"),
        (FindOut, Now, "vérifions|vérifie|renseignons|enquêtons|informons"),
        (FindOut, Now, "revenons|reviens vers"),
        (FindOut, Now, "tenons|tiens informé|informée|courant"),
        (FindOut, Sure, "vérifierons|vérifierai|renseignerons|informerons|informerai|informera"),
        (FindOut, Sure, "reviendrons|reviendrai|reviendra vers"),
        (FindOut, Sure, "tiendrons|tiendrai informé|informée|courant"),
        (FindOut, Sure, "recevrez|aurez réponse|nouvelles|message|mail|e-mail|retour"),
        (FindOut, Sure, "ferons|ferai savoir"),
        (FindOut, Will, "vérifier|vérifié|renseigner|informer|informé|informée|chercher"),
        (FindOut, Will, "revenir vers"),
        (Deliver, Now, "livrons|livre|expédions|expédie|envoyons|envoie"),
        (Deliver, Sure, "livrerons|livrerai|livrera|expédierons|expédiera|enverrons|enverrai|arrivera"),
        (Deliver, Sure, "recevrez colis|commande|livraison|paquet|produit|article"),
        (
            Deliver,
            Will,
            "livrer|livré|livrée|livrés|livrées|expédier|expédié|expédiée|envoyer|envoyé|envoyée",
        ),
        (Deliver, Noun, "livraison"),
        (Other, Now, "occupons|occupe en|de"),
        (Other, Sure, "réglerons|résoudrons|occuperons|occuperai"),
        (Other, Will, "régler|réglé|résoudre|résolu"),
    ],
};

/// Words that may stand between a noun and its time.
pub(super) const BETWEEN: &str = "is staat gepland volgt op voor vindt plaats aanstaande komende uw je de van het uiterlijk on by scheduled for will be is planned takes place am erfolgt wird ist bis zum den le prévue prévu est sera aura lieu pour sous dans binnen within in innerhalb geschiedt komt duurt maximaal";
/// Words with which a denied word is none: "no later than", "niet alleen".
pub(super) const NO_DENIAL: &str =
    "later alleen only just später spätestens nur tard problem probleem problème problem, worries longer";
