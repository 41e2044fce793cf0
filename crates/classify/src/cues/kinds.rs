//! What kind of text it is: who speaks to whom, and whether a danger is named, in Dutch, English, German and French.

use super::Cue;

/// How many kinds there are.
pub(crate) const KINDS: usize = 18;

/// The words of each group in Dutch, English, German and French, as keys (without capitals, accents, apostrophes).
pub(super) const WORDS: [(Cue, [&str; 4]); KINDS] = [
    (
        Cue::You,
        [
            "jullie u uw jij je jou jouw jullies hullie",
            "you your yours yall ur u youve youre youll guys",
            "ihr euch eure eurer eurem euren euer ihnen ihre ihrer ihrem ihren",
            "vous votre vos",
        ],
    ),
    (
        Cue::Me,
        [
            "ik mij mijn mn m'n me wij we ons onze mezelf mijne kreeg heb",
            "i my me mine we our us im ive id ill myself weve were",
            "ich mir mich mein* wir uns unser*",
            "je j moi mon ma mes nous notre nos me m",
        ],
    ),
    (
        Cue::They,
        [
            "hij hem ze zij iemand buurman buurvrouw buren baas mensen iedereen vrouw man klanten vlogger wie",
            "he she him her they them someone somebody neighbour neighbor boss people everyone woman man guy lady",
            "er jemand nachbar* chef leute frau mann alle man wer",
            "il elle ils elles quelqu voisin* patron gens dame monsieur on",
        ],
    ),
    (
        Cue::News,
        [
            "politie brandweer rechter onderzoek procent aandeel omzet failliet* faillissement staking ministerie minister gemeente inbraak boete filialen banen directeur woordvoerder toezichthouder studie meldt vakbond consumentenbond ontruimd omwonenden getuigen p2000 bedrijf keten winkelketen miljoen klanten lees uitspraak traumahelikopter waarschuwt fabrikant",
            "police court study survey percent shares revenue bankrupt* strike minister council fined jobs stores regulator spokesperson union evacuated residents witnesses crews retailer airline million customers read report* maker watchdog",
            "polizei feuerwehr gericht studie prozent aktie umsatz insolvenz* streik ministerium minister gemeinde einbruch bußgeld filialen stellen sprecher gewerkschaft anwohner zeugen kette millionen kunden hersteller warnt verbraucherschutzer verbraucherzentrale",
            "police pompiers justice enquete etude pourcent action chiffre faillite* greve ministere ministre mairie amende magasins emplois syndicat riverains temoins enseigne millions clients fabricant rappel",
        ],
    ),
    (
        Cue::Job,
        [
            "vacature* sollicit* cv gezocht werkgever fulltime parttime stage stagiair* baan bijbaan vakkenvuller diploma salaris werkdag m/v functie",
            "hiring vacanc* job apply cv recruit* fulltime internship salary experience",
            "stelle* bewerb* gesucht job vollzeit teilzeit praktikum gehalt ausbildung suchen",
            "recrut* postul* cv cdi cdd emploi poste stage salaire embauch*",
        ],
    ),
    (
        Cue::Offer,
        [
            "win winactie winnen winnaar like tag deel kans trekking korting code aanbieding gratis offerte blog podcast tips koop vrijblijvend* prijsvraag verloting ophalen adv stap",
            "win giveaway rt retweet like tag share chance voucher discount code free quote blog podcast tips sale switch ad sponsored dm",
            "gewinn* gewinnspiel verlosung liken teilen chance rabatt code kostenlos angebot blog podcast tipps verkaufen selbstabholer wechseln anzeige",
            "gagne* concours jeu tirage partage* remise code gratuit* devis blog podcast vendre promo changez likez taguez",
        ],
    ),
    (
        Cue::Public,
        [
            "kabinet regering politiek* kamer stem stemmen partij belasting* premier fractie* scheids* trainer wedstrijd voetbal seizoen aflevering finale liedje zorg land vvd coalitie oppositie 🎵 🎶 ⚽",
            "government politic* vote* party tax taxes election* referee ref penalty season episode finale song lyrics team match goal coach country president 🎵 🎶 ⚽",
            "regierung politik* wahl* partei steuer* kanzler* schiri trainer spiel staffel folge finale lied land koalition 🎵 🎶 ⚽",
            "gouvernement politi* vote* parti impot* election* arbitre entraineur match saison episode finale chanson pays president 🎵 🎶 ⚽",
        ],
    ),
    (
        Cue::Rival,
        [
            "concurrent concurrentie elders concullega vorige",
            "competitor* rival* elsewhere",
            "konkurrenz konkurrent* woanders",
            "concurrent* concurrence ailleurs",
        ],
    ),
    (
        Cue::Fix,
        [
            "wanneer oplossing oplossen opgelost terugbetal* vergoed* reactie antwoord graag aub svp help terugbellen uitzoeken regelen herstel* vervang* ruilen geld",
            "when please pls plz help fix refund replace* answer reply respond resolve* sort sorted money",
            "wann bitte hilfe losung erstatt* ersatz antwort* klaren geld ruckerstattung",
            "quand svp merci aide rembours* remplac* reponse repondre solution argent",
        ],
    ),
    (
        Cue::Again,
        [
            "nog steeds weer alweer opnieuw keer derde vierde vijfde tiende telkens voortdurend eindelijk weken maanden dagen",
            "still again third fourth fifth yet keep keeps weeks months days twice times ever since",
            "noch immer wieder erneut mal dritte* vierte* funfte* standig wochen monate* tage* seit",
            "encore toujours nouveau fois troisieme quatrieme cinquieme semaines mois jours depuis",
        ],
    ),
    (
        Cue::Hazard,
        [
            "gas gaslucht gaslek gasgeur gaskraan gasslang* gasleiding* koolmonoxide* co monoxide rook rookt rookte rokend* rookgas* rookontwikkeling brand brandt brandlucht brandgevaar* brandplek* brandend vlam vlammen vlammetje vlamde steekvlam* fik vonk* ontplof* explo* gesmolten smolt smelt verschroei* geschroeid schroei* stroomstoot schok opdonder kortsluit* elektr* onderspanning vergas* giftig gif chloor* chemisch* zuur smeul* lithium bol gloeiend legionella asbest",
            "gas monoxide co smoke smoking smoked fire flames flame burning melted melting scorch* spark sparks sparking explod* explosion shock shocked electric* electrocut* fumes toxic poison* chlorine acid smoulder* swollen overheat* legionella asbestos wire",
            "gas gasgeruch gasherd gastherme gashahn gasleitung gasleck kohlenmonoxid* co monoxid rauch* qualm* brand brennt brannte feuer flamme* geschmolzen schmor* verschmort funken explod* explosion strom* elektr* giftig gift chlor* saure uberhitz* legionellen asbest gewischt",
            "gaz monoxyde co fumee* feu flamme* fondu fond brule* etincelle* explos* electr* decharge toxique poison chlore acide surchauff* legionel* amiante incendie jus",
        ],
    ),
    (
        Cue::Harm,
        [
            "gewond* verwond* letsel hechting* ziekenhuis spoedeisende seh ehbo huisarts* dokter epipen* adrenaline* brandwond* blaren bloed bloedt bloedde gebroken hersenschudding stik* gestikt verstik* vergift* doodziek ziek overgeven overgegeven braken uitslag opgezwollen zwelling ambulance infuus bewusteloos flauwgevallen benauwd hoofdpijn snee wond pols sleutelbeen heup bijtwond tand",
            "hospital stitches injur* bleeding blood fracture* burn burns blister* swollen epipen* vomit* chok* swallowed ambulance drip poison* unconscious fainted headache* wound collarbone hip wrist tooth sick ill doctor",
            "krankenhaus notaufnahme verletz* blut* gebrochen verbrenn* geschwollen zugeschwollen erbrech* vergift* ohnmacht* kopfschmerz* wunde schlusselbein hufte zahn krank arzt* notarzt",
            "hopital urgences bless* sang cassee fracture* brulure* gonfl* vomi* intox* evanoui* plaie clavicule hanche poignet dent malade medecin fourmille",
        ],
    ),
    (
        Cue::Frail,
        [
            "baby* kind kindje kinderen kleinkind* dochter* zoon zoontje peuter* kleuter* moeder oma opa zwanger* rolstoel* bejaard* vader kleine dement* blind* rollator schoonvader schoonmoeder",
            "baby newborn child children kid kids daughter son toddler mum mom nan grandma grandad pregnant wheelchair elderly dad father mother disabled",
            "baby* kind kinder kleinkind* tochter sohn kleinen oma opa schwanger* rollstuhl* mutter vater senior*",
            "bebe* enfant* fille fils petit petite mamie papi enceinte fauteuil mere pere grand age*",
        ],
    ),
    (
        Cue::Foreign,
        [
            "glas glasscher* glassplinter* scherf scherven splinter* metaal spijker* mesje naald* steentje plastic schimmel made maden",
            "glass shard* metal nail needle plastic mould mold maggot*",
            "glas glassplitter* splitter scherbe* metall nagel nadel plastik schimmel maden",
            "verre eclat* metal clou aiguille plastique moisi* asticot*",
        ],
    ),
    (
        Cue::Gave,
        [
            "ingestort doorgezakt bezweken afgebroken brak losgeschoten losgekomen loskomt loslaat losliet los knapte knalde knakte omgevallen omviel viel vallen gevallen zakte instortte kantelde remmen remt remde rem wiel wielmoeren doorgeknikt gescheurd klapte uitgegleden gestruikeld",
            "collapsed snapped broke loose detached fell falls fallen blew tipped brake brakes wheel nuts slipped tripped gave trapped caught",
            "zusammengebrochen zusammengekracht gerissen locker gelost umgefallen gefallen bremse* rad radmuttern gebrochen eingeklemmt gestolpert ausgerutscht",
            "effondre* ecroule* casse* lache desserre* detache* tombe* frein* roue* boulon* coince* glisse* replie*",
        ],
    ),
    (
        Cue::Now,
        [
            "112 spoed* noodnummer nood nooduitgang onmiddellijk meteen nu veilig onveilig gevaar* levensgevaar* kwaad alarm alarmknop melder waarschuwing uitschakelen afsluiten",
            "999 911 now safe unsafe urgent* emergency danger* worry alarm detector immediately warning exit",
            "112 jetzt sofort notruf hausnotruf notausgang gefahr* gefährlich* sicher dringend* melder alarm warnung",
            "112 maintenant urgent* danger* secours alarme detecteur tele* immediat* securite attention",
        ],
    ),
    (
        Cue::Medicine,
        [
            "apotheek medicijn* tabletten pillen dosering allerg* noten notenvrij pinda* gluten* coeliakie insuline* medicatie bloedverdunner babyhapje* flesvoeding zuigelingenmelk",
            "pharmacy tablets pills dose dosage allerg* nut nuts peanut* gluten* coeliac insulin medication formula",
            "apotheke* tabletten pillen dosis allerg* nusse erdnuss* gluten* insulin medikament* babybrei brei",
            "pharmacie comprimes dose allerg* noix arachide* gluten insuline medicament* puree biberon",
        ],
    ),
    (
        Cue::Tasty,
        [
            "lekker* heerlijk* smul* recept smaak verrukkelijk* zalig mmm 😋 🤤",
            "delicious tasty yummy yum recipe amazing mmm 😋 🤤",
            "lecker* kostlich* rezept mmm 😋 🤤",
            "delicieu* tuerie regal* recette miam bon bons 😋 🤤",
        ],
    ),
];
