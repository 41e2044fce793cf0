//! What a text is about, whether good or bad: the things a customer meets, in Dutch, English, German and French.

use super::Cue;

/// How many subjects there are.
pub(crate) const SUBJECTS: usize = 39;

/// The words of each subject, as in `words`.
pub(super) const WORDS: [(Cue, [&str; 4]); SUBJECTS] = [
    (
        Cue::Return,
        [
            "retour* terugstur* teruggestuurd terugbreng* terugnemen ruilen omruil* geruild herroep* retourlabel*",
            "return* exchange* dropoff label sendback",
            "ruckgabe* retour* zurucksend* zuruckgeb* zuruckgeschick* rucksendung* umtausch*",
            "retour* renvoy* renvoi rendre echang* rapport* bordereau",
        ],
    ),
    (
        Cue::Refund,
        [
            "terugbetaal* terugbetaling* teruggestort terugstort* terugkrijg* tegoed tegoedbon* vergoeding creditnota geld",
            "refund* reimburs* money credit chargeback",
            "erstatt* ruckerstatt* gutschrift geld ruckzahlung*",
            "rembours* avoir argent",
        ],
    ),
    (
        Cue::Refuse,
        [
            "geweigerd weigert weiger* afgewezen coulance eigenrisico voorwaarden gebruikssporen gebruikersfout pech bonnetje",
            "refuse* denied declined rejected policy terms goodwill",
            "verweiger* abgelehnt ablehn* kulanz bedingungen gebrauchsspuren",
            "refus* rejet* conditions geste",
        ],
    ),
    (
        Cue::Warranty,
        [
            "garantie* reparatie* gerepareerd repareer* reparer* herstel* hersteld opsturen fabrieksgarantie",
            "warrant* guarantee* repair* fix fixed",
            "garantie* gewahrleistung* reparatur* repariert reparier* reklam*",
            "garantie* reparation* reparer repare sav",
        ],
    ),
    (
        Cue::Pay,
        [
            "betaal* betaling* betalen afgeschreven afschrijving* incasso* factuur* facturen rekening* ideal pin pinnen pinpas aanmaning* termijnbedrag* klarna creditcard dubbel",
            "pay* paid charge charged charges charging bill billed billing invoice* card debit* paypal klarna",
            "zahl* bezahl* abgebucht abbuch* rechnung* mahnung* lastschrift* karte paypal klarna",
            "paye* paiement* preleve* prelevement* factur* carte debit* virement*",
        ],
    ),
    (
        Cue::Price,
        [
            "prijs* prijzen duur duurder goedkoop* kost kosten betaalbaar tarief* tarieven verhoging* verhoogd woekerprijs* euro",
            "price* pricey expensive cheap* cost* overpriced value increase hike rise",
            "preis* teuer* billig* gunstig* kosten tarif* erhohung* wucher*",
            "prix cher chere chers tarif* augment* cout* abordable*",
        ],
    ),
    (
        Cue::Till,
        [
            "kassabon* bon schap schapprijs* folder* actieprijs* aanbieding* scanner zelfscan* korting* verrekend",
            "receipt shelf till scanned offer discount* promo*",
            "kassenbon bon regal prospekt angebot* rabatt* aktionspreis*",
            "ticket rayon etiquette promo* reduction* remise*",
        ],
    ),
    (
        Cue::Advert,
        [
            "reclame* advertentie* misleid* beloof* beloofd folder* lokkertje* nep verkooppraat* voorgespiegeld kleine lettertjes",
            "advert* mislead* ad ads scam fake clickbait smallprint lie lied",
            "werbung* irrefuhr* versproch* fake kleingedruckt* tausch* gelogen",
            "publicite* pub mensong* tromp* arnaque faux promis promesse*",
        ],
    ),
    (
        Cue::Phone,
        [
            "bel bellen gebeld belde belt telefoon* telefonisch* nummer lijn wacht wachtrij* wachtmuziek* wachttijd* muziekje keuzemenu doorverbonden opnemen opgenomen opgehangen helpdesk callcenter",
            "call calls called calling phone* hold line queue number ring rang hung transferred helpline hotline",
            "anruf* angerufen telefon* hotline* warteschleife* nummer leitung durchgestellt aufgelegt",
            "appel* telephon* attente ligne numero standard hotline raccroch*",
        ],
    ),
    (
        Cue::CallBack,
        [
            "terugbel* teruggebeld terugbellen belafspraak",
            "callback callbacks",
            "ruckruf* zuruckgerufen zuruckruf* zuruckzurufen",
            "rappel* rappele",
        ],
    ),
    (
        Cue::Bot,
        [
            "chatbot* bot robot* virtuele assistent mens menselijk* medewerker formulier",
            "chatbot* bot bots robot* virtual assistant human",
            "chatbot* bot roboter* virtuell* assistent mensch*",
            "chatbot* robot* bot virtuel* assistant humain*",
        ],
    ),
    (
        Cue::Mail,
        [
            "mail mails gemaild mailtje* mailen email e-mail* reactie* reageer* reageren antwoord* beantwoord* contactformulier* bericht berichten dm pb genegeerd negeren stil",
            "email* mail mails message* reply replied replies respon* dm dms ignored ignoring answer* contact*",
            "mail* email* antwort* nachricht* reagier* reaktion* ignorier* kontaktformular*",
            "mail* email* courriel* reponse* reponds repond* message* ignore* formulaire*",
        ],
    ),
    (
        Cue::Canned,
        [
            "standaard* standaardantwoord* kopieer* knip plak script voorgekauwd* riedeltje",
            "canned scripted copy paste copypaste template generic",
            "standard* textbaustein* floskel* vorgefertigt*",
            "copier coller copiercoller standard automatique*",
        ],
    ),
    (
        Cue::SentAround,
        [
            "verwijst verwezen verwijzen kastje muur doorverwezen doorgestuurd afdeling afdelingen hoofdkantoor",
            "department* passed pillar bounced transferred headoffice",
            "verwiesen verweist weitergeleitet abteilung* zustandig* zentrale",
            "renvoye* renvoient service services siege balade*",
        ],
    ),
    (
        Cue::Parcel,
        [
            "pakket* pakje* zending* colli doos dozen brievenbus* buren pakketpunt* afgeleverd",
            "parcel* package* box boxes shipment porch neighbour* neighbor*",
            "paket* sendung* karton* briefkasten nachbar* packstation* abgelegt",
            "colis paquet* carton* boite relais voisin*",
        ],
    ),
    (
        Cue::Deliver,
        [
            "bezorg* lever* geleverd levering* leverdatum* levertijd* levertermijn* verzend* verzonden thuisgebleven",
            "deliver* ship shipped shipping dispatch* arriv*",
            "liefer* geliefert zustell* versand* zugestellt angekommen ankommen",
            "livr* expedi* arriv* recu recue",
        ],
    ),
    (
        Cue::Driver,
        [
            "bezorger* koerier* chauffeur* bus busje postbode* pakketdienst* vervoerder*",
            "driver* courier* van postman carrier",
            "fahrer* bote* kurier* zusteller* paketdienst*",
            "livreur* chauffeur* coursier* transporteur* facteur",
        ],
    ),
    (
        Cue::Slot,
        [
            "tijdvak* tijdslot* tussen uur thuis vrij gewacht voordeur aanbellen aangebeld",
            "slot window between home waiting waited doorbell",
            "zeitfenster* zwischen uhr zuhause gewartet geklingelt",
            "creneau* entre heures attendu sonne sonner",
        ],
    ),
    (
        Cue::Damage,
        [
            "beschadig* kapot* gebroken deuk* kras* gebarsten barst gescheurd gebutst ingedeukt verpakking scheef stuk",
            "damage* broken dent* scratch* crack* smashed crushed torn",
            "beschadig* kaputt* zerbrochen delle* kratzer* verbeult gerissen gesprungen",
            "abim* cass* raye* rayure* fissure* dechir* enfonc*",
        ],
    ),
    (
        Cue::Order,
        [
            "bestel* besteld bestelling* order* ordernummer* track* status verzendbevestiging* bevestiging*",
            "order* tracking status preorder* confirmation*",
            "bestell* auftrag* status sendungsverfolg* bestatigung*",
            "command* suivi statut confirmation*",
        ],
    ),
    (
        Cue::Wrong,
        [
            "verkeerd* fout foute verwissel* maat kleur model andere ontbrak ontbreekt ontbreken",
            "wrong incorrect missing size colour color different instead mixed",
            "falsch* verwechsel* grosse farbe fehlt fehlte fehlen",
            "mauvais* erreur* taille couleur manque manqu* inverse*",
        ],
    ),
    (
        Cue::Cancelled,
        [
            "geannuleerd annuler* annulering* geschrapt afgezegd vervallen",
            "cancel* cancelled canceled",
            "storniert stornier* abgesagt annulliert",
            "annul*",
        ],
    ),
    (
        Cue::Contract,
        [
            "opzeg* opgezegd abonnement* contract* overstap* verleng* verlenging* proefperiode* lidmaatschap* stilzwijgend*",
            "subscription* contract* membership* renew* trial switch*",
            "kundig* gekundigt abo abonnement* vertrag* verlanger* mitgliedschaft* wechsel*",
            "resili* abonnement* contrat* engagement* renouvel*",
        ],
    ),
    (
        Cue::Stock,
        [
            "voorraad* uitverkocht leverbaar schappen leeg lege beschikbaar* nabestel* op",
            "stock restock* sold unavailable availab* shelves empty",
            "vorrat* vorratig ausverkauft lieferbar verfugbar* regale leer",
            "stock* rupture epuise* disponib* rayons vide vides",
        ],
    ),
    (
        Cue::Site,
        [
            "site website* webshop* webwinkel* pagina winkelmandje winkelwagen* afrekenen inladen laadt browser link",
            "site website* webpage page checkout basket cart browser link loading",
            "seite website* webseite* shop onlineshop warenkorb kasse browser link ladt",
            "site page panier navigateur lien boutique charge",
        ],
    ),
    (
        Cue::App,
        [
            "app apps appje update* crasht crash* vastloop* loopt bug bugs versie installer* storing* melding* notificatie*",
            "app apps update* crash* bug bugs version install* freez* glitch* outage down lag* notification*",
            "app apps update* absturz* sturzt abgestürzt bug fehler* version storung* installier*",
            "appli application* app maj plante* plant* bug bugs version panne* install*",
        ],
    ),
    (
        Cue::Login,
        [
            "inlog* ingelogd wachtwoord* account* code verificatie* geblokkeerd gebruikersnaam* digid",
            "login log logged password* account* locked username verification 2fa",
            "login einlogg* anmeld* passwort* konto gesperrt verifizier*",
            "connexion connect* compte* mot bloque* identifiant*",
        ],
    ),
    (
        Cue::Privacy,
        [
            "privacy gegevens persoonsgegevens avg datalek* adres bsn paspoort camera* spam gehackt",
            "privacy data gdpr leak* breach address hacked spam personal",
            "datenschutz* daten dsgvo adresse datenleck* gehackt spam",
            "donnees rgpd fuite adresse pirate* spam personnel*",
        ],
    ),
    (
        Cue::Loyalty,
        [
            "punten spaar* gespaard klantenkaart* zegels voordeelkaart* bonuskaart* koffiekaart* cadeaubon* cadeaukaart*",
            "points loyalty reward* stamps giftcard* voucher* clubcard membercard",
            "punkte bonus* treue* kundenkarte* gutschein*",
            "points fidelite carte bonus cagnotte cadeau",
        ],
    ),
    (
        Cue::Staff,
        [
            "personeel* medewerker* medewerkster* verkoper* verkoopster* caissiere* bediening* meisje jongen meneer mevrouw dame manager bedrijfsleider* balie collega*",
            "staff employee* cashier* server waiter waitress manager assistant lad girl bloke lady clerk team colleague*",
            "personal mitarbeiter* verkaufer* kassierer* bedienung* kellner* chef dame herr filialleiter*",
            "personnel vendeu* caissi* serveu* employe* gerant* responsable accueil dame monsieur",
        ],
    ),
    (
        Cue::Rude,
        [
            "onbeschoft* brutaal* chagrijnig* onvriendelijk* arrogant* snauw* gesnauwd blaf* afgesnauwd uitgescholden uitgelachen genegeerd respectloos* toon zuchten ogen",
            "rude* rudely attitude disrespect* arrogant sneer* yelled shouted unfriendly snappy eyes",
            "unfreundlich* frech* unverschamt* arrogant* patzig* angeschnauzt respektlos* augen",
            "desagreable* impoli* malpoli* arrogant* meprisant* mepris agressi* yeux",
        ],
    ),
    (
        Cue::Knows,
        [
            "advies adviseren geadviseerd verstand kennis deskundig* uitleg uitgelegd weten wist vakkundig* onkundig*",
            "advice knowledge* clueless idea expert* explain* trained",
            "beratung* beraten ahnung* fachkund* kompeten* inkompetent* erklar*",
            "conseil* connaiss* competen* incompeten* expliqu* renseign*",
        ],
    ),
    (
        Cue::Queue,
        [
            "kassa kassas rij rijen aanschuiven drukte druk personeelstekort",
            "tills queue* checkout* line counter busy",
            "kasse kassen schlange anstehen voll",
            "caisse* queue file monde",
        ],
    ),
    (
        Cue::Clean,
        [
            "vies vieze smerig* schoon schone hygiene* toilet* wc stank stinkt stonk plakkerig* muizen ratten kakkerlak* haar",
            "dirty filthy clean* hygiene toilet* loo loos smell* stink* stank sticky mouse mice rats cockroach* hair",
            "schmutz* dreck* sauber* hygiene* toilette* klo gestank stinkt klebrig* mause ratten kakerlak* haar",
            "sale sales propre* hygiene toilette* odeur* pue puait collant* souris rats cafard* cheveu*",
        ],
    ),
    (
        Cue::Place,
        [
            "open gesloten openingstijd* dicht sluit sluiten feestdag* zondag parkeer* parkeren parkeerplaats* ingang lift trap drempel rolstoel* kinderwagen* gangpad* bereikbaar*",
            "open* closed closing hours sunday parking entrance lift elevator stairs wheelchair pram aisle* access*",
            "offen geoffnet geschlossen offnungszeit* feiertag* sonntag parkplatz* parken eingang aufzug treppe rollstuhl* kinderwagen barrierefrei*",
            "ouvert* ferme fermee fermeture horaires dimanche parking entree ascenseur escalier* fauteuil poussette acces*",
        ],
    ),
    (
        Cue::Fitting,
        [
            "monteur* montage* gemonteerd monteren installat* installeer* geinstalleerd plaatsing geplaatst inmeten aangesloten aansluit* afspraak technicus keuken",
            "engineer* install* fitter* fitted technician* appointment* fitting plumber electrician mechanic kitchen",
            "monteur* techniker* montage* montiert einbau* eingebaut installier* anschluss* termin* kuche",
            "technicien* monteur* install* pose poseur* pos monte montage* rendezvous rdv cuisine",
        ],
    ),
    (
        Cue::Food,
        [
            "eten gegeten smaak* smaakt* gerecht* keuken kok vlees vis kip pizza* burger* friet* patat brood* taart* koffie soep salade* menu* bier wijn rauw koud lauw taai verbrand bedorven houdbaar* restaurant* broodje* saus",
            "food meal* taste* tasted dish* chef meat fish chicken pizza* burger* fries chips bread cake coffee soup salad menu beer wine raw cold undercooked burnt stale restaurant* sandwich* sauce",
            "essen gegessen schmeck* geschmack* gericht* koch fleisch fisch hahnchen pizza* burger* pommes brot* kuchen kaffee suppe salat* speise* bier wein roh kalt verbrannt restaurant* sosse",
            "repas manger mange gout* plat* cuisine chef viande poisson poulet pizza* burger* frites pain gateau* cafe soupe salade* menu biere vin cru froid* brule* restaurant* sauce",
        ],
    ),
    (
        Cue::Broken,
        [
            "defect* werkt werken werkte doet lekt lek lekkage storing* uitgevallen valt uit kuren mankement* accu batterij motor scherm",
            "defect* faulty works working worked leak* fail* stopped dead battery screen charge reboot* motor",
            "defekt* funktionier* geht undicht* ausfall* ausgefallen akku batterie bildschirm motor",
            "defectueu* marche marchent fonctionn* fuit fuite* panne batterie ecran moteur",
        ],
    ),
    (
        Cue::Quality,
        [
            "kwaliteit* stof stofje materiaal* versleten slijt* goedkoop* pluist gekrompen krimp* naden losse dun flut* bagger troep prut degelijk* stevig* rammel*",
            "quality material fabric worn flimsy cheap* shrunk shrink* seam* thin junk rubbish sturdy solid",
            "qualitat* stoff material* verschlissen billig* eingelaufen naht nahte dunn schrott mull stabil* solide",
            "qualite* tissu matiere* use usee retreci* couture* fin fine camelote solide*",
        ],
    ),
];
