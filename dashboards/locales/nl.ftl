# De woorden van Gehoor. Kort, met “je”, zonder uitroeptekens en zonder verwijt. Dezelfde sleutels staan in en.ftl.

## Time
months = jan feb mrt apr mei jun jul aug sep okt nov dec
weekdays = ma di wo do vr za zo
span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } u
span-days = { $n } d
just-now = zojuist
in-a-moment = zo meteen
time-ago = { $v } geleden
time-in = over { $v }
never = nog nooit
not-planned = niet gepland
is-pushed = wordt gebracht
every = elke { $v }

## Frame
skip = Naar de inhoud
nav = Hoofdmenu
nav-inbox = Inbox
nav-search = Zoeken
nav-trends = Trends
nav-alerts = Alarmen
nav-sources = Bronnen
nav-queue = Verzending
nav-settings = Instellingen
nav-late = { $n } te laat
nav-late-word = te laat
more = Meer
help = Toetsen
help-title = Toetsen
help-move = volgende en vorige
help-open = openen
help-take = zaak nemen of loslaten
help-reply = antwoorden
help-search = zoeken
help-back = terug
help-help = deze lijst
close-help = Sluiten
save = Bewaar
cancel = Laat zo
change = Wijzig
all = Alle
unknown = onbekend
nothing-yet = Nog niets.
pages = Bladzijden
next = Volgende
previous = Vorige
first-page = Naar het begin
what = Wat
when = Wanneer
why = Waarom
reason = Reden
state = Toestand
role = Rol
team = Team
rule = Regel
source = Bron
channel = Kanaal
location = Winkel
location-unknown = nog onbekend
lang = Taal
language = Taal
sentiment = Stemming
intent = Bedoeling
severity = Ernst
responsible = Wie moet handelen
topic = Onderwerp
signal = Signaal
author = Schrijver
stars = Sterren
stars-min = Minstens zoveel sterren
stars-max = Hoogstens zoveel sterren
stars-of-five = { $v } van 5 sterren
from = Vanaf
until = Tot en met
day = Dag
mentions = Berichten
complaints = Klachten

## Logging in
login = Inloggen
login-sub = Gehoor: wie wacht er op antwoord?
login-name = Inlognaam
login-password = Wachtwoord
login-go = Log in
login-as = Log in als { $v }
login-demo = Kijk rond in de demo
login-wrong = Deze naam en dit wachtwoord horen niet bij elkaar. Controleer ze en probeer het nog eens.
login-throttled = Te vaak geprobeerd. Je kunt het weer proberen { $v }.
logout = Uitloggen

## Inbox
boxes = Bakken
box-open = Open
box-mine = Van mij
box-queue = Wachtrij
box-waiting = Bij klant
box-closed = Gesloten
filter = Filter
filter-on = aan
filter-go = Toon
filter-clear = Alles tonen
filter-more = Meer filters
filter-off = Haal dit filter weg
inbox-news = nieuw · toon
export-cases = Deze lijst als CSV
empty-open = Niemand wacht
empty-mine = Je hebt geen zaken
empty-queue = De wachtrij is leeg
empty-waiting = Bij geen klant ligt een vraag
empty-closed = Nog niets gesloten
empty-what-open = Nieuwe klachten en vragen verschijnen hier vanzelf, de dringendste bovenaan.
empty-what-mine = Neem een zaak uit Open: dan weten je collega’s dat jij antwoordt.
empty-what-queue = Hier komt werk terug: een klok die afliep, een gemiste belofte, een zaak van niemand.
empty-what-waiting = Zaken waarin de klant aan zet is. Hun klokken staan stil.
empty-what-closed = Afgesloten zaken met hun uitkomst.
owner-is = eigenaar { $v }
owner-none = van niemand
case-n = zaak { $n }
case-of = zaak van { $v }
case-none = Geen zaak gekozen
case-none-what = Kies links een zaak. Met j en k loop je door de lijst.

## Case
back-to-inbox = Terug naar de inbox
timeline = Gesprek
side = Over deze zaak
state-open = open
state-waiting = bij de klant
state-closed = gesloten
queued-since = al { $v } in de wachtrij
queued-unowned = niemand heeft de zaak
queued-clock_ran_out = klok afgelopen
queued-promise_missed = belofte gemist
queued-hand_over_late = niet op tijd opgepakt na overdracht
queued-regressed = klant kwam terug na sluiten
queued-released = losgelaten door de eigenaar
queued-woken = weggelegd tot nu
queued-ping_pong = steeds doorgeschoven
queued-customer_silent = klant reageerde niet
queued-private_silent = klant kwam niet naar het privégesprek
queued-private_open = privégesprek nog niet opgelost
queued-not_told = opgelost, maar openbaar nog niet verteld
case-changed = Deze zaak is intussen veranderd. Wat je typt blijft staan.
look-again = Kijk opnieuw
do-take = Neem zaak
do-release = Laat los
do-promise = Beloof
do-hand-over = Draag over
do-close = Sluit
do-reopen = Heropen
do-assign = Geef aan een collega
do-give-back = Geef terug
do-wait = Wacht op de klant
do-private = Verder in privé
do-overrule = Zet de rang zelf
do-locate = Zet de winkel
do-responsible = Zet wie moet handelen
do-split = Splits af
do-merge = Voeg een zaak samen
more-for-case = Meer voor deze zaak
as-it-is = zoals het is
assign-to = Aan wie
give-back-note = Wat is er gedaan, of waarom niet?
wait-hint = De klokken staan stil tot de klant iets zegt.
private-hint = Je vroeg de klant om een privébericht. De zaak onthoudt of de klant kwam, of het is opgelost en of het openbare gesprek een slot kreeg.
private-asked-go = Gevraagd om privé
private-step-go = Gedaan
private = Privégesprek
private-asked = gevraagd om privé
private-came = klant kwam
private-solved = daar opgelost
private-closed_in_public = openbaar afgerond
private-not_come = klant kwam niet
private-not_solved = nog niet opgelost
evidence = Dossier (ondertekend)
evidence-json = als JSON
private-again = Opnieuw gevraagd
overrule-points = Punten (leeg: weer zoals berekend)
overrule-hint = Iedereen ziet wie dit deed en waarom.
overruled-says = { $by } zette de rang: { $v }
split-hint = Welke berichten gaan over iets anders?
merge-from = Nummer van de zaak die hier bij hoort
merge-hint = Alles blijft bewaard en kan weer worden gesplitst.
close-outcome = Uitkomst
close-note = Opmerking (intern)
close-go = Sluit de zaak
close-elsewhere = Elders beantwoord, bijvoorbeeld per telefoon. Zeg hieronder hoe.
close-elsewhere-many = Sluit ook wat hier geen antwoord kreeg: het is elders beantwoord, bijvoorbeeld per telefoon. Zeg hieronder hoe.
close-elsewhere-how = Hoe is het beantwoord?
close-elsewhere-go = Toch sluiten: elders beantwoord
choose = kies …
kept-words = Je schreef:
outcome-solved = opgelost, klant akkoord
outcome-compensated = gecompenseerd
outcome-explained = uitgelegd
outcome-not_ours = niet van ons
outcome-no_reaction = klant reageerde niet meer
outcome-abuse = misbruik
outcome-merged = samengevoegd
outcome-short-solved = opgelost
outcome-short-compensated = gecompenseerd
outcome-short-explained = uitgelegd
outcome-short-not_ours = niet van ons
outcome-short-no_reaction = geen reactie
outcome-short-abuse = misbruik
outcome-short-merged = samengevoegd
hand-over-to = Aan team
hand-over-location = Winkel
hand-over-note = Wat vraag je?
hand-over-urgent = Dringend: komt sneller terug
hand-over-hint = Niet op tijd gedaan? Dan komt de zaak vanzelf terug.
hand-over-go = Draag over
handed = Overgedragen
handed-says = door { $by }, komt vanzelf terug { $v }
tickets = In de helpdesk
ticket-open = open
ticket-pending = in de wacht
ticket-resolved = daar opgelost
ticket-gone = daar verdwenen
others = Andere zaken van deze klant
facts = Feiten
fact-began = Begon
fact-next = Volgende datum
fact-regressed = Keren teruggekomen
detection-at-once = Meteen gezien
detection-delay = Gezien { $v } na plaatsing
reply = Antwoord
reply-text = Je antwoord
reply-to = Antwoord aan { $v } …
reply-hint = Openbaar: geen persoonsgegevens, wel een datum bij een belofte.
reply-open = Open het bericht
reply-copy = Kopieer en open
reply-sent = Noteer als verstuurd
reply-noted = genoteerd als verstuurd
note = Interne notitie
note-text = Je notitie
note-place = Alleen voor collega’s …
note-hint = Komt nooit bij de klant.
note-go = Bewaar notitie
note-internal = alleen intern
edited = aangepast
open-there = Open daar
withdrawn-at = Weggehaald, gezien { $v }
repair-no-time = Zonder tijd gevonden: de tijd is die waarop wij het zagen.
repair-future-time = De tijd lag in de toekomst: de tijd is die waarop wij het zagen.
repair-no-author = Zonder schrijver gevonden.
repair-text-cut = De tekst was te lang en is afgekapt.
repair-hostile = Tekens die de tekst verborgen zijn weggehaald.

## Clocks and promises
clocks = Klokken
clock-first_response = Eerste antwoord
clock-next_response = Volgend antwoord
clock-resolution = Oplossing
clock-tell_customer = Klant openbaar vertellen
clock-left = nog { $v }
clock-over = { $v } te laat
clock-still = staat stil
clock-none = geen klok
clock-due = uiterlijk { $v }
clock-paused = staat stil
clock-paused-since = sinds { $v }, de klant is aan zet
clock-met = op tijd
clock-missed = te laat
clock-dropped = vervallen
clock-sum = Hoe is dit geteld?
clock-norm = Norm: { $v } openingstijd, geteld
promises = Beloften
promise-kind = Wat voor belofte
promise-what = Wat beloof je?
promise-due = Uiterlijk
promise-hint = Gemist? Dan komt de zaak weer bovenaan te staan.
promise-go = Leg vast
promise-says = beloofd door { $by }, uiterlijk { $v }
promise-missed = gemist
promise-kept = nagekomen
promise-kept-late = te laat nagekomen
promise-withdrawn = ingetrokken
promise-keep = Nagekomen?
promise-proof = Waaruit blijkt dat?
promise-proof-place = gebeld om 14:05, bon 123 …
promise-proof-ticket = { $v } is opgelost, { $at }
promise-keep-go = Nagekomen
promise-withdraw = Intrekken
promise-withdraw-go = Trek in
promise-call_back = terugbellen
promise-deliver = bezorgen
promise-refund = geld terug
promise-replace = vervangen of herstellen
promise-find_out = uitzoeken en laten weten
promise-other = iets anders

## Why first
why-first = Waarom eerst
part-severity = ernst
part-safety = gevaar
part-privacy = privacy
part-discrimination = discriminatie
part-high_value = groot bedrag
part-promise_missed = belofte gemist
part-repeat_contact = vaker gevraagd
part-long_wait = wacht lang
part-unreachable = onbereikbaar
part-vulnerable = kwetsbaar
part-legal_threat = juridische stap
part-media_threat = pers
part-churn = gaat weg
part-regressed = kwam terug
part-reach = bereik
part-stars = weinig sterren
part-clock = klok
part-question = vraag
part-complaint = klacht
part-solved = zegt opgelost
part-because-promise = belofte { $v }
part-because-regressed = { $v } na sluiten
part-because-sure = zekerheid { $v }
part-because-reach = { $v } volgers, likes en deelacties
thinks-unsure = niet zeker: { $v }
thinks-why = Waarom dit oordeel?
thinks-what = Wat
thinks-label = Oordeel
thinks-sure = Zekerheid
thinks-words = Woorden:
thinks-model = Model:
by-hand = met de hand
correct-go = Verbeter
correct-more = Onderwerpen en signalen
signals = Signalen
located-by-id = profiel
located-by-handle = account
located-by-address = adres
located-by-alias = naam
located-by-place = plaats
located-by-thread = gesprek
located-by-webshop = webwinkel
located-by-manual = met de hand
located-by-source = bron
speaks-intent = bedoeling
field-intent = bedoeling
field-severity = ernst
field-sentiment = stemming
field-topics = onderwerpen
field-signals = signalen
because-thread = zelfde gesprek
because-author = zelfde schrijver
because-reply = antwoord erop
because-linked = gekoppeld account
because-manual = met de hand
because-copy = een kopie

## History of a case
event-opened-at-once = Zaak geopend, meteen gezien
event-opened = Zaak geopend, gezien { $v } na plaatsing
event-joined = Bericht toegevoegd: { $v }
event-revised = De klant paste een bericht aan
event-withdrawn = Een bericht is weggehaald
event-replied = { $by } antwoordde
event-took = { $by } nam de zaak
event-assigned = { $by } gaf de zaak aan { $v }
event-released = { $by } liet de zaak los
event-promised = { $by } beloofde { $v }
event-promise-due = Belofte { $v } loopt bijna af
event-promise-kept = Belofte { $v } nagekomen
event-promise-missed = Belofte { $v } gemist
event-promise-withdrawn = { $by } trok belofte { $v } in
event-handed-over = { $by } droeg de zaak over aan { $v }, tot { $until }
event-returned = { $v } gaf de zaak terug
event-returned-late = Kwam vanzelf terug: { $v } was niet op tijd
event-clock-amber = { $v }: nog weinig tijd
event-clock-red = { $v }: de tijd is voorbij
event-queued = In de wachtrij: { $v }
event-ticket-opened = Ticket gemaakt: { $v }
event-ticket-changed = { $v } is nu { $state }
event-waiting = { $by }: de klant is aan zet
event-private = Privégesprek: { $v }
event-closed = { $by } sloot de zaak, { $v }
event-reopened = { $by } heropende de zaak
event-came-back = De klant kwam terug: de zaak is weer open
event-split-from = Afgesplitst van zaak { $v }
event-merged-in = Zaak { $v } is hierin opgegaan
event-merged-into = Opgegaan in zaak { $v }
event-overruled = { $by } zette de rang op { $v }
event-overrule-undone = { $by } liet de rang weer berekenen
event-located = { $by } zette de winkel: { $v }
event-responsible = { $by } zette wie moet handelen: { $v }
event-corrected = { $by } verbeterde: { $v }
event-called = Gebeld met de klant ({ $v })
event-snoozed = { $by } legde de zaak weg tot { $until }: { $v }
event-second-look = Opnieuw beoordeeld door het sterkere model { $v }; rang { $before } → { $after }.
event-new-model = Opnieuw beoordeeld door het nieuwe model { $v }; rang { $before } → { $after }.
event-judged-the-same = Het zegt hetzelfde.
event-split-off = { $n ->
    [one] { $by } splitste een bericht af naar zaak { $v }
   *[other] { $by } splitste { $n } berichten af naar zaak { $v }
 }

## What was just done
done-taken = De zaak is van jou.
done-assigned = Zaak { $n } is overgegeven.
done-released = Zaak { $n } is losgelaten en staat in de wachtrij.
done-note = Notitie bewaard.
done-reply = Antwoord genoteerd.
done-private = Genoteerd: gevraagd om privé.
done-step = Genoteerd.
done-waiting = De klant is aan zet, de klokken staan stil.
done-promise = Belofte vastgelegd.
done-kept = Belofte nagekomen.
done-withdrawn = Belofte ingetrokken.
done-handed-over = Zaak { $n } is overgedragen en komt anders vanzelf terug.
done-given-back = Zaak { $n } is teruggegeven.
done-closed = Zaak { $n } is gesloten. Heropenen kan altijd.
done-reopened = Zaak { $n } is weer open.
done-overruled = Rang gezet.
done-located = Winkel gezet.
done-responsible = Gezet wie moet handelen.
done-corrected = Verbeterd. Gehoor leert ervan.
done-split = Afgesplitst naar zaak { $n }.
done-merged = Zaak { $n } is hierin opgegaan. Splitsen kan altijd.
done-acknowledged = Genoteerd: jij pakt dit op.
done-silenced = Stilte ingesteld.
done-silence-ended = Stilte beëindigd.
done-resent = Wordt opnieuw verstuurd.
done-polled = De bron wordt zo gevraagd.
done-user = Bewaard.
done-password = Wachtwoord gewijzigd.
done-token-revoked = Token ingetrokken.
done-token = Token gemaakt.
done-look = Bewaard.
done-logged-in = Welkom.
done-logged-out = Uitgelogd.
done-nothing = Er is niets veranderd.

## Why something was refused
refused-role = Met jouw rol kan dit niet. Vraag een teamleider.
refused-person = Dit kan alleen een persoon doen. Log in als jezelf.
refused-helpdesk = Waar een ticket staat, zegt de helpdesk zelf. Wijzig het daar.
refused-closed = De zaak is gesloten. Heropen hem eerst.
refused-not-closed = De zaak is niet gesloten.
refused-merged = De zaak is opgegaan in een andere. Werk daar verder.
refused-empty = Er ontbreekt tekst. Vul het veld in.
refused-long = De tekst is te lang. Maak hem korter.
refused-answer-owed = De klant wacht nog op antwoord. Antwoord eerst.
refused-not-asked = De klant is nog niet om een privébericht gevraagd. Noteer dat eerst.
refused-promise-past = Een belofte eindigt in de toekomst. Kies een later moment.
refused-no-promise = Deze belofte is er niet. Laad de zaak opnieuw.
refused-promise-ended = Deze belofte is al afgerond. Doe een nieuwe.
refused-promise-stands = Er staat nog een belofte open. Kom hem na met bewijs, of trek hem in met een reden.
refused-no-team = Dit team is er niet.
refused-no-location = Deze winkel is er niet.
refused-same-team = De zaak is al bij dit team. Kies een ander.
refused-not-handed = De zaak is niet overgedragen.
refused-tries = Voor “klant reageerde niet meer” zijn meer onbeantwoorde antwoorden nodig. Antwoord nog eens en wacht.
refused-points = Punten zijn een getal van −1000 tot 1000.
refused-not-yours = De rang van een zaak van een collega zet de eigenaar of een teamleider.
refused-nothing = Je hebt niets veranderd. Kies een ander oordeel.
refused-nobody-left = In beide zaken moet een bericht van een klant blijven. Kies andere berichten.
refused-same-case = Een zaak kan niet met zichzelf worden samengevoegd. Kies een andere.
refused-not-there = Deze zaak is er niet, of je mag hem niet zien.
refused-changed = Een collega veranderde de zaak intussen. Bekijk hem opnieuw.
refused-place = Deze winkel is niet van jou. Kies een andere.
refused-lead = Dat doet een teamleider of de beheerder.
refused-one-by-one = Dat doe je per zaak. Open ze een voor een.
refused-skill = Wachtrij { $queue } vraagt de vaardigheid “{ $skill }”, en die staat niet bij { $who }. Kies iemand anders, of wijs toch toe.
refused-queue-closed = Wachtrij { $queue } is nu gesloten, en de zaak is niet dringend. Laat hem wachten, of wijs toch toe.
refused-needs-time = Er is geen tijd genoemd. Zeg tot wanneer je het belooft.
refused-no-proposal = Dit voorstel is er niet meer. Laad de zaak opnieuw.
refused-bad-snooze = Kies een datum in de toekomst, niet te ver weg.
refused-not-snoozed = De zaak is niet opzij gezet.
refused-ping-pong = De zaak ging al te vaak heen en weer. Een teamleider beslist waar hij blijft.
refused-no-last-line = Het is privé opgelost, maar openbaar staat er nog geen laatste regel. Antwoord daar eerst, of noteer dat die er is.
refused-outcome = Zaken voeg je samen met “samenvoegen”. Kies een andere uitkomst.
refused-unanswered = De klant kreeg hier nog geen antwoord, dus er is niets opgelost. Antwoord eerst, kies een andere uitkomst, of vink aan dat het elders is beantwoord.
wrong-do = Kies eerst wat je met de gekozen zaken wilt doen.
wrong-person = Kies eerst aan wie.
wrong-team = Kies eerst een team.
wrong-to = Kies eerst aan wie.
wrong-outcome = Kies eerst een uitkomst.
wrong-due = Kies een dag en een tijd.
refused-no-ticket = De zaak heeft dit ticket niet.
refused-no-mention = Dit bericht hoort niet meer bij de zaak. Laad de zaak opnieuw.
refused-not-by-hand = Hier plaats je antwoorden niet met de hand. Verstuur het via het kanaal.
go-beyond = Toch toewijzen
go-beyond-many = Deze toch toewijzen

## Search
search-what = Waar zoek je naar?
search-place = woorden, "een zin", winkel …
search-go = Zoek
search-help = Ook zo:
search-bad = Zo kan ik niet zoeken: { $v }
search-none = Niets gevonden
search-none-what = Haal een filter weg of zoek met minder woorden.
sort = Volgorde
sort-newest = Nieuwste eerst
sort-relevance = Beste eerst
with-withdrawn = Ook wat is weggehaald
with-copies = Ook kopieën
copies-n = { $n ->
    [one] { $n } kopie
   *[other] { $n } kopieën
 }
only-copies = Alleen kopieën van één bericht
copy-by-author = Zelfde tekst als een eerder bericht van deze schrijver
copy-by-other = Kopie van een eerder bericht van iemand anders
not-own = Zonder onze eigen berichten
not-elsewhere = Zonder wat anderen moeten oplossen
only-unlocated = Alleen zonder winkel
facets = Verfijn
search-found = { $n ->
    [one] { $n } bericht
   *[other] { $n } berichten
 }

## Trends
period = Periode
period-days = { $n } dagen
balance = Saldo
too-few = te weinig
was = was { $n }
n-of-n = { $n } van { $of }
tile-stars = Gemiddelde sterren
tile-stars-says = { $v }, uit { $n }
tile-norm = Binnen de norm beantwoord
tile-answered = Ooit beantwoord
tile-promises = Beloften op tijd nagekomen
tile-reopened = Kwam terug na sluiten
trends-nothing = In deze periode is niets gevonden.
trends-few = Klachten: { $before } → { $now }. Te weinig om iets over een verandering te zeggen.
trends-complaints-up = Klachten namen toe: { $before } → { $now }.
trends-complaints-down = Klachten namen af: { $before } → { $now }.
trends-complaints-same = Klachten bleven ongeveer gelijk: { $before } → { $now }; dat verschil kan toeval zijn.
trends-topic-up = Vooral over “{ $v }”: { $before } → { $now }.
trends-topic-down = Minder over “{ $v }”: { $before } → { $now }.
trends-topic-same = Over “{ $v }”: { $before } → { $now }.
trends-partial = { $now } klachten in deze periode. Vergelijken kan nog niet: Gehoor luistert pas sinds { $v }.
trends-mostly = Meest bij { $v }.
trends-note = Van { $from } tot { $until }, vergeleken met de even lange periode ervoor. Onze eigen berichten tellen niet mee. Antwoordcijfers gaan over alle zaken die in de periode begonnen, ook de nooit beantwoorde; wat terugkwam is geteld onder wat gesloten werd.
trends-csv = Alle dagen als CSV
chart-volume = Berichten per dag
chart-volume-says = Aantal berichten per dag, gestapeld naar stemming: onderaan negatief, bovenaan positief.
chart-complaints = Klachten
chart-negative = Negatief
chart-positive = Positief
chart-neutral = Neutraal of gemengd
chart-curve-says = { $v } over de tijd, met de periode ervoor als streeplijn.
chart-stars = Sterren
chart-stars-says = Gemiddelde van de sterren met een ruim geteld 95 %-interval.
chart-interval = 95 %-interval
chart-topics = Klachten per onderwerp
chart-topics-says = Klachten per onderwerp; de omlijning is de periode ervoor.
chart-table = Als tabel
chart-now = Nu
chart-before = Ervoor

## Alerts
back-to-alerts = Terug naar de alarmen
alerts-hold = Nu
alerts-ended = Voorbij
alerts-none = Geen alarmen
alerts-none-what = Hier staat wat aandacht vraagt: dringende klachten, klokken en beloften, stille bronnen.
alert-since = al { $v }
alert-began = begon { $v }
alert-acked = { $by } pakt het op, { $v }
alert-ended = voorbij
alert-ended-at = voorbij { $v }
alert-quiet = stil gezet
alert-ack = Ik pak het op
alert-why = Waarom?
alert-why-title = Waarom wel of niet verteld
alert-told = Verteld?
alert-size = Omvang toen
alert-size-points = Punten toen
alert-size-count = Klachten toen
alert-sent = Verstuurd
alert-sent-none = Niets verstuurd: deze regel heeft geen uitgang, of er was geen reden.
verdict-told = verteld
verdict-quiet = niet verteld
told-new = nieuw
told-repeat = duurt voort na de herhaaltijd
told-doubled = verdubbeld sinds de vorige keer
told-again = kwam terug
told-silence-ended = de stilte is voorbij en het is er nog
quiet-told = al verteld, opnieuw pas { $v }
quiet-silenced = stilte { $n } geldt
quiet-acked = { $v } pakt het op
level-urgent = dringend
level-warning = let op
level-info = ter info
rule-urgent = Dringende klacht
rule-clock-amber = Klok loopt bijna af
rule-clock-red = Klok afgelopen
rule-promise-due = Belofte loopt bijna af
rule-promise-missed = Belofte gemist
rule-spike = Plotseling veel klachten
rule-source-failing = Bron faalt
rule-source-silent = Bron is stil
rule-source-quiet = Bron is ongewoon stil
rule-login-ends = Login van een bron loopt af
rule-dead-letter = Niet te bezorgen
alert-fact-points = punten
alert-fact-clock = klok
alert-fact-due = uiterlijk
alert-fact-count = aantal
alert-fact-expected = verwacht
alert-fact-mean = gemiddeld
alert-fact-channel = kanaal
alert-fact-location = winkel
alert-fact-reason = reden
alert-fact-outlet = uitgang
alert-fact-failures = mislukkingen op rij
alert-fact-last_success = laatste succes
alert-fact-quiet_since = stil sinds
alert-fact-login_ends = login loopt af
alert-fact-promise = belofte
alert-fact-source = bron
alert-fact-last_error = laatste fout
alert-fact-complaints_in_the_last_hour = klachten in het laatste uur
alert-fact-deviations_above_the_mean = standaardafwijkingen boven gemiddeld
silences = Stiltes
silences-what = Een stilte heeft een eigenaar, een reden en een einde.
silences-none = Geen stiltes
silences-none-what = Alles wat een alarm waard is, wordt verteld.
silence-new = Nieuwe stilte
silence-this = Zet dit stil
silence-go = Zet stil
silence-end = Beëindig
silence-over = voorbij
silence-all = alle alarmen
silence-until = Tot wanneer
silence-says = door { $by }, sinds { $since }, { $until }
until-solved = tot het is opgelost
until-solved-of = (alleen bij één regel)
until-doubles = tot het verdubbelt
until-date = tot een moment
until-when = Moment
until-at = tot { $v }
until-doubles-from = tot het verdubbelt (was { $v })
alert-times = { $n ->
    [one] { $n } keer verteld
   *[other] { $n } keer verteld
 }

## Sources and health
sources-none = Nog geen bronnen
sources-none-what = Zet een bron in de configuratie en start opnieuw; hier zie je dan hoe het ermee gaat.
last-success = Laatste succes
last-news = Laatste nieuws
next-try = Volgende keer
found = Gevonden
poll-now = Vraag nu
failed-once = fout { $v }
health-new = nog niet gevraagd
health-well = goed
health-waits = moet wachten
health-failing = faalt, wordt herhaald
health-silent = ongewoon stil
health-stopped = gestopt
coverage = Dekking
coverage-state = Toestand
coverage-all-heard = Alle bronnen zijn de afgelopen 14 dagen zonder gaten gehoord, voor zover dat te zien is.
coverage-days = Aantallen per dag
coverage-day = Dag
coverage-per-day-says = Gemiddeld { $mean } per dag in 14 dagen, vandaag { $today }.
coverage-usual = Op een dag als vandaag meestal { $v }.
coverage-missing = Op een dag als vandaag meestal { $usual }; sinds het laatste bericht hadden er { $missing } kunnen komen.
coverage-usual-unknown = Nog te kort gevolgd om te weten wat gewoon is.
coverage-last = Laatste bericht
coverage-gaps = Niet gehoord
coverage-gaps-none = geen gaten sinds { $v }
coverage-gaps-n = { $n ->
    [one] { $n } gat
   *[other] { $n } gaten
 }
coverage-gap = { $from } – { $until } ({ $span })
coverage-gap-open = sinds { $v }, duurt nog
coverage-never-heard = nog nooit gehoord
coverage-pushed = wordt gebracht: of er iets uitbleef, is niet te zien
deaf-not-asked = er is niet gevraagd, Gehoor draaide niet
deaf-waited = de server liet wachten
deaf-failed = mislukt, { $v }
coverage-limit = Limiet
coverage-limit-of = nog { $left } van { $all } vragen, volgens de server { $at }
coverage-limit-left = nog { $left } vragen, volgens de server { $at }
coverage-limit-unknown = de server zegt er niets over
coverage-used = eigen limiet van { $name }: { $n } van { $all } vragen gebruikt in { $span }
coverage-held = er is om geduld gevraagd tot { $v }
coverage-back = Terug te lezen
back-nothing = Niets van vóór { $v }: alleen wat sindsdien is gestuurd.
back-nothing-yet = Niets van vroeger: alleen wat wordt gestuurd zodra er geluisterd wordt.
back-shown = Wat de pagina of feed toont; wat daar al af was, is niet te krijgen.
back-days-platform = Van vóór { $before } is niets meer te krijgen: het platform gaat { $n ->
    [one] { $n } dag
   *[other] { $n } dagen
 } terug.
back-days-ours = Wat van vóór { $before } is, wordt niet gelezen: ingesteld op { $n ->
    [one] { $n } dag
   *[other] { $n } dagen
 } terug.
back-newest-platform = Het platform geeft de nieuwste { $n }, meer niet.
back-newest-ours = De eerste keer worden de nieuwste { $n } gelezen, zoals ingesteld.
back-oldest = Het oudste dat bewaard is, is van { $v }.
back-reading = Er wordt nog verder gelezen.
coverage-places = Per winkel
coverage-places-of = Wat deze bron per winkel brengt
coverage-places-all = Alle bronnen
coverage-places-what = Wie het langst niets heeft, staat bovenaan.
coverage-places-none = Deze bron heeft nog niets over een winkel gebracht.
coverage-places-more = { $n ->
    [one] Nog { $n } winkel heeft recenter iets en staat hier niet.
   *[other] Nog { $n } winkels hebben recenter iets en staan hier niet.
 }
coverage-mean = per dag
coverage-today = vandaag
coverage-14-days = 14 dagen
coverage-login = Login
coverage-login-ends = { $n ->
    [0] loopt vandaag af, vernieuw hem nu
    [one] loopt over { $n } dag af
   *[other] loopt over { $n } dagen af
 }
coverage-login-ended = is afgelopen, vernieuw hem nu
coverage-reach = Bereik
coverage-gone = Verwijderd
coverage-gone-asked = wordt nagevraagd; { $n ->
    [0] nog niets bleek weg
    [one] { $n } bleek weg
   *[other] { $n } bleken weg
 }
coverage-gone-not = wordt niet nagevraagd
deaf-now = { $n ->
    [one] { $n } van { $all } bronnen is nu niet te horen. Er kunnen klachten zijn die hier nog niet staan.
   *[other] { $n } van { $all } bronnen zijn nu niet te horen. Er kunnen klachten zijn die hier nog niet staan.
 }
deaf-within = { $n ->
    [one] Niet alles is gehoord: { $n } van { $all } bronnen was een tijd niet te horen, voor het eerst { $since }. Wat hier ontbreekt, kan daaraan liggen.
   *[other] Niet alles is gehoord: { $n } van { $all } bronnen waren een tijd niet te horen, voor het eerst { $since }. Wat hier ontbreekt, kan daaraan liggen.
 }
health-self = Gehoor zelf
health-says = Journaal { $head }; nog te beoordelen { $assess }, nog te indexeren { $index }.
health-loop = { $v } stopte en is herstart: { $why }
health-repaired = Hersteld bij het starten
sources-summary = { $ill ->
    [0] { $n } bronnen, alles gaat goed.
    [one] { $n } bronnen, { $ill } vraagt aandacht.
   *[other] { $n } bronnen, { $ill } vragen aandacht.
 }
failures = { $n ->
    [one] { $n } keer mislukt
   *[other] { $n } keer mislukt
 }
warnings = { $n ->
    [one] { $n } waarschuwing
   *[other] { $n } waarschuwingen
 }

## Outbox
queue-what = Wat Gehoor naar helpdesk en mensen stuurt. Wat niet aankomt, staat hier en gaat niet verloren.
queue-waiting = Zaken in de wachtrij
queue-waiting-go = Naar de wachtrij
queue-due = Te versturen
queue-done = Verstuurd
queue-dead = Onbestelbaar
queue-none = Nog niets verstuurd
queue-none-what = Tickets en alarmen verschijnen hier zodra er een is.
outlet = Uitgang
tries = Pogingen
receipt = Bewijs
resend = Stuur opnieuw
last-error = Laatste fout
effect-ticket = Ticket voor zaak { $n }
effect-comment = Vervolg op het ticket van zaak { $n }
effect-alert = Alarm { $n }
effect-digest = Overzicht { $v }
effect-over = Einde van alarm { $n }
effect-push = Rang en tijd van het ticket van zaak { $n }
effect-due = te versturen
effect-done = verstuurd
effect-dead = onbestelbaar

## Settings
settings-mine = Van jou
theme = Licht of donker
theme-system = zoals je toestel
theme-light = licht
theme-dark = donker
password-change = Wachtwoord wijzigen
password-old = Huidig wachtwoord
password-new = Nieuw wachtwoord (minstens { $n } tekens)
password-keep = leeg: blijft zoals het is
password-wrong = Het huidige wachtwoord klopt niet.
users = Mensen
user = Naam
user-add = Iemand toevoegen
user-change = { $v } wijzigen
user-name = Naam zoals anderen die zien
user-locations = Ziet alleen deze winkels (geen gekozen: alles)
user-disabled = Kan niet meer inloggen
user-no-login = kan niet inloggen
scope = Ziet
scope-all = alles
role-agent = webcare
role-lead = teamleider
role-marketing = marketing
role-franchisee = franchisenemer
role-admin = beheerder
tokens = Tokens voor programma’s
tokens-what = Een programma leest namens iemand en ziet wat die mag zien.
token-name = Waarvoor
token-user = Namens
token-add = Maak token
token-new = Nieuw token
token-once = Je ziet dit token maar één keer. Bewaar het veilig.
token-revoke = Trek in
token-revoked = ingetrokken
made = Gemaakt

## Errors
error-safe = Er is niets verloren gegaan.
error-back = Naar de inbox
error-request = Verzoek
error-because = Dit lukte niet: { $v }
error-not-found = Hier is niets
error-not-found-what = De pagina bestaat niet, of is niet van jou om te zien.
error-forbidden = Dit mag niet met jouw rol
error-forbidden-what = Vraag een teamleider of beheerder.
error-csrf = Dit formulier is verlopen
error-csrf-what = Ga terug, laad de pagina opnieuw en probeer het nog eens.
error-bad = Dit kan ik niet lezen
error-refused = Dit kan nu niet
error-conflict = Iemand was je voor
error-conflict-what = Een collega of de klok veranderde deze zaak intussen. Kijk opnieuw en probeer het nog eens.
error-too-many = Even wachten
error-too-many-what = Er staat te veel tegelijk open. Probeer het zo weer.
error-too-large = Dit is te groot
error-too-large-what = Stuur minder tekst tegelijk.
error-inside = Er ging iets mis bij ons
error-inside-what = Probeer het zo weer. Blijft het misgaan, geef dan het nummer hieronder door.

## Labels
channel-review = review
channel-microblog = microblog
channel-facebook = Facebook
channel-instagram = Instagram
channel-forum = forum
channel-appstore = app-winkel
channel-video_comment = reactie bij video
channel-news = nieuws of blog
channel-mail = mail
channel-form = formulier
lang-nl = Nederlands
lang-en = Engels
lang-de = Duits
lang-fr = Frans
lang-other = andere taal
sentiment-negative = negatief
sentiment-neutral = neutraal
sentiment-positive = positief
sentiment-mixed = gemengd
intent-complaint = klacht
intent-question = vraag
intent-praise = compliment
intent-remark = opmerking
intent-irrelevant = niet over ons
severity-0 = geen klacht
severity-1 = ergernis
severity-2 = schade of verzoek
severity-3 = acuut
signal-churn = gaat weg
signal-repeat_contact = vaker gevraagd
signal-promise_broken = belofte gebroken
signal-unreachable = kan ons niet bereiken
signal-legal_threat = juridische stap
signal-media_threat = pers
signal-safety = gevaar
signal-privacy = privacy
signal-discrimination = discriminatie
signal-vulnerable = kwetsbaar
signal-high_value = groot bedrag
signal-sarcasm = sarcasme
signal-long_wait = wacht lang
signal-competitor_named = noemt een concurrent
signal-thanks_staff = bedankt een medewerker
signal-resolved = zegt opgelost
responsible-location = winkel
responsible-headquarters = hoofdkantoor
responsible-carrier = vervoerder
responsible-supplier = leverancier
responsible-unknown = nog onbekend

## Topics, as in config/taxonomy.toml
topicgroup-delivery = bezorging
topic-delivery-late = te laat bezorgd
topic-delivery-missing = niet aangekomen
topic-delivery-damaged = beschadigd aangekomen
topic-delivery-time_window = tijdvak van bezorging
topicgroup-stock = voorraad
topic-stock-unavailable = niet op voorraad
topic-stock-wrong_info = voorraad klopt niet
topicgroup-order = bestelling
topic-order-wrong_item = verkeerd artikel
topic-order-cancelled = bestelling geannuleerd
topic-order-status = stand van de bestelling
topicgroup-product = product
topic-product-defect = defect
topic-product-quality = kwaliteit
topicgroup-returns = retour
topic-returns-process = retourneren
topicgroup-refund = geld terug
topic-refund-late = terugbetaling te laat
topic-refund-denied = terugbetaling geweigerd
topicgroup-warranty = garantie
topic-warranty = garantie en reparatie
topicgroup-price = prijs
topic-price-wrong = verkeerd berekend
topic-price-high = te duur
topicgroup-payment = betaling
topic-payment = betalen en incasso
topicgroup-contact = contact
topic-contact-unreachable = onbereikbaar
topic-contact-wait = lange wachttijd
topic-contact-bot = chatbot of keuzemenu
topic-contact-callback_missed = niet teruggebeld
topic-contact-no_answer = geen antwoord
topic-contact-wrong_answer = verkeerd antwoord
topic-contact-sent_around = van kastje naar muur
topicgroup-staff = medewerkers
topic-staff-rude = onvriendelijk
topic-staff-knowledge = vakkennis
topic-staff-helpful = behulpzaam
topicgroup-store = winkel
topic-store-queue = wachtrij
topic-store-hygiene = hygiëne en netheid
topic-store-opening_hours = openingstijden
topic-store-access = toegang en parkeren
topicgroup-website = website
topic-website-error = storing op de website
topicgroup-app = app
topic-app-error = storing in de app
topicgroup-account = account
topic-account-login = inloggen
topicgroup-privacy = privacy
topic-privacy-data = persoonsgegevens
topicgroup-advertising = reclame
topic-advertising-misleading = misleidende reclame
topicgroup-loyalty = spaarprogramma
topic-loyalty-programme = punten, pas en tegoedbon
topicgroup-contract = contract
topic-contract-cancel = opzeggen
topicgroup-installation = montage
topic-installation-service = montage en monteur
topicgroup-safety = veiligheid
topic-safety-hazard = onveilig
topicgroup-food = eten
topic-food-quality = kwaliteit van het eten
topicgroup-reply = antwoord
topic-reply-canned = standaardantwoord

## Weging

ranking = Weging
case = Zaak
ranking-what = Welke zaak eerst: de rang is een som van delen. Probeer hier andere punten en zie wat er bovenaan zou staan. Er verandert niets.
weights = Punten per deel
weight-now = nu { $v }
what-if-go = Toon wat verandert
what-if-back = Terug naar de punten van nu
what-if-bad = { $v }: dit is geen getal van -1000 tot 1000
what-if-says = { $n ->
    [one] { $n } zaak in de top 50 verschuift
   *[other] { $n } zaken in de top 50 verschuiven
 }, { $m ->
    [one] { $m } zaak valt eruit
   *[other] { $m } zaken vallen eruit
 }
what-if-partly = Vergeleken zijn de { $n } hoogste van { $m } open zaken. Wat nu lager staat, kan ontbreken.
what-if-left = Valt uit de top 50
what-if-live = Zo gaat het gelden
what-if-live-what = Zet deze regels in je configuratie en start Gehoor opnieuw. Met gehoor check zie je of ze kloppen.
place-new = Nieuwe plaats
place-now = Plaats nu
points-now = Punten nu
points-new = Nieuwe punten
points-machine = Punten van Gehoor
points-person = Punten van het team
by-whom = Door
by-people = Door mensen anders gewogen
by-people-says = { $n ->
    [one] { $n } zaak is hoger gezet
   *[other] { $n } zaken zijn hoger gezet
 } dan Gehoor deed, { $m } lager of gelijk.
by-people-none = Niemand heeft de rang van een open zaak veranderd.

# Beloften: overzicht, voorstellen, wat een klant vertelt
nav-promises = Beloften
nav-workload = Werklast
promises-promise = Belofte
promises-what = Wat we klanten beloofden en hoe het ermee staat. Nagekomen telt alleen met bewijs.
promises-open = Open
promises-soon = Binnen een dag
promises-missed = Gemist
promises-kept = Nagekomen
promises-withdrawn = Ingetrokken
promises-none-open = Geen open beloften
promises-none-soon = Niets binnen een dag
promises-none-missed = Niets gemist
promises-none-kept = Nog niets nagekomen
promises-none-withdrawn = Niets ingetrokken
promises-none-what = Beloften maak je bij een zaak; wat in onze antwoorden staat, wordt daar voorgesteld.
promises-by = Door
promises-owner = Eigenaar van de zaak
promises-more = Alleen de eerste staan hier. Filter, of haal het bestand op voor alles.
promises-export = Haal deze beloften op als CSV
promises-rate = Op tijd nagekomen
promises-rate-what = Beloften van de laatste { $n } dagen die afliepen. Te laat nagekomen telt als niet nagekomen. Wat hoofdkantoor, vervoerder of leverancier moest doen, telt niet voor een winkel.
promises-by-team = Per team
promises-by-location = Per winkel
promises-by-kind = Per soort
promises-kept-of = Nagekomen / afgelopen
promises-share-head = Deel, met marge
promises-share = { $v } (tussen { $low } en { $high })
promises-too-few = { $n } afgelopen: te weinig om iets te zeggen (minstens { $least })
proposed = Beloofd in onze woorden?
proposed-what = Dit stond in ons antwoord. Klopt het, dan houden we eraan vast.
proposed-no-time = geen tijd genoemd
proposed-accept = Ja, beloofd
proposed-change = Aanpassen
proposed-dismiss = Geen belofte
told = De klant vertelt van een gebroken belofte
told-on = { $v }, voor { $on }
belongs = Hoort bij { $v }
belongs-go = Draag over
honest-what = Voorstel voor de openbare reactie:
honest-go = Zet klaar in het antwoord
do-snooze = Leg opzij
do-wake = Pak weer op
snooze-until = Tot
snooze-hint = Klokken lopen door. Een bedankje laat de zaak liggen; een nieuwe klacht haalt hem terug.
snoozed-says = Opzij gelegd door { $by } tot { $until }: { $v }
do-called = Noteer een gesprek
called-answered = De klant nam op
called-reference = Kenmerk van het gesprek
called-hint = Een gesprek waarin de klant opnam, is het bewijs van een belofte om te bellen.
present-reading = { $by } kijkt ook naar deze zaak ({ $v })
present-typing = { $by } schrijft een antwoord ({ $v })
present-take-over = Neem over
present-write = Ik schrijf een antwoord
box-aside = Opzij
empty-aside = Niets opzij gelegd
empty-what-aside = Zaken die tot een datum blijven liggen.
event-proposed = Mogelijke belofte in ons antwoord: “{ $v }”
event-dismissed = { $by }: dat is geen belofte
event-called-nobody = { $by } belde, klant nam niet op ({ $v })
event-woken-date = De dag is er: de zaak is terug
event-woken-by_hand = Weer opgepakt
event-woken-customer = Terug, want de klant schreef opnieuw
event-woken-queue = Terug in de wachtrij
event-woken-merged = Terug door samenvoegen
next-take = Geef me de volgende
next-what = De belangrijkste zaak die je mag oppakken.
workload-what = Wie heeft hoeveel, wat is te laat, wat is beloofd.
workload-queues = Wachtrijen
workload-waits = { $n ->
    [one] { $n } wacht
   *[other] { $n } wachten
 }
workload-teams = Teams
workload-people = Mensen
workload-who = Wie
workload-open = Open
workload-red = Te laat
workload-queued = In wachtrij
workload-promises = Beloften
workload-aside = Opzij
many-title = Meer zaken tegelijk
many-do = Doe dit
many-note = Toelichting of reden
many-go = Doe het voor de gekozen zaken
many-choose = Kies meer zaken
many-stop = Klaar met kiezen
many-says = { $n } van { $all } gelukt.
many-done = gelukt

# Eén antwoord voor meer zaken
do-reply-many = Geef één antwoord
many-reply-title = Eén antwoord voor meer zaken
many-reply-what = Schrijf het antwoord één keer. Elke klant krijgt een eigen eerste regel.
many-reply-body = Het antwoord, onder elke eerste regel
many-reply-body-hint = Je paraaf komt er vanzelf onder. Namen tussen accolades, zoals {"{"}location{"}"}, worden per zaak ingevuld.
many-reply-first = Eerste regel
many-reply-by-hand = Ik plaats ze zelf, ook waar Gehoor ze kan versturen
many-reply-go = { $n ->
    [one] Verstuur naar 1 zaak
   *[other] Verstuur naar { $n } zaken
  }
many-reply-lay = { $n ->
    [one] Zet klaar om te plaatsen
   *[other] Zet { $n } antwoorden klaar om te plaatsen
  }
many-reply-left = Wat hieronder staat is niet verstuurd. De tekst is bewaard.
many-reply-taken = het antwoord is onderweg, of wacht op wie het goedkeurt of plaatst
many-reply-clean = Geen opmerkingen.
assign-beyond = Ook zonder de vaardigheid, of buiten de uren van de wachtrij
assign-beyond-lead = Ook zonder de vaardigheid, buiten de uren van de wachtrij, of boven de grens van deze collega
refused-too-many = Eén antwoord gaat naar hoogstens 50 zaken tegelijk. Kies er minder.
refused-limit = Deze collega heeft al zoveel zaken als de grens toelaat. Kies iemand anders, of vraag een teamleider.
trends-row-elsewhere = { $n ->
    [one] + 1 die anderen moeten oplossen
   *[other] + { $n } die anderen moeten oplossen
  }

# Antwoorden die wachten
nav-replies = Antwoorden
replies-title = Antwoorden die wachten
replies-what = Wat nog niet bij de klant staat: op akkoord, onderweg, geweigerd of zelf te plaatsen.
replies-tab-awaiting = Op akkoord
replies-tab-sending = Onderweg
replies-tab-refused = Geweigerd
replies-tab-by_hand = Zelf te plaatsen
replies-tab-rejected = Niet akkoord
replies-none-awaiting = Niets wacht op akkoord
replies-none-sending = Niets is onderweg
replies-none-refused = Niets is geweigerd
replies-none-by_hand = Niets hoef je zelf te plaatsen
replies-none-rejected = Niets is teruggegeven
replies-none-what = Hier komt een antwoord te staan zolang het nog niet geplaatst is.
replies-reply = Antwoord
replies-since = Sinds
replies-by = Geschreven door
replies-through = Via
replies-by-hand = met de hand
replies-mine = Alleen van mij
replies-more = Er zijn er meer; maak de keuze kleiner.
reply-post = Antwoord op
reply-ways = Anders versturen

done-next = Zaak { $n } is van jou.
done-next-none = Er wacht niets dat je mag oppakken.
done-next-full = Je hebt er { $n }: dat is je grens. Rond eerst iets af.
done-accepted = Belofte staat.
done-dismissed = Genoteerd: geen belofte.
done-called = Gesprek genoteerd.
done-snoozed = Opzij gelegd.
done-woken = Weer opgepakt.
trends-elsewhere = Zaken die hoofdkantoor, vervoerder of leverancier moet oplossen, tellen hier niet mee voor de winkel: { $n }.

# ---- Antwoorden ----
replies = Onze antwoorden
reply-go-send = Verstuur
reply-go-hand = Ik plaats het zelf
reply-go-approval = Leg voor aan een collega
reply-through = Gehoor plaatst het via { $v }.
reply-through-hand = Je plaatst het zelf: kopieer het, open het bericht en bevestig het daarna hier.
reply-signed = Ondertekend met { $v }.
reply-approve = Akkoord, verstuur
reply-reject = Niet akkoord
reply-reject-go = Geef terug
reply-url = Adres van het geplaatste antwoord
reply-confirm = Het staat er
reply-again = Probeer het nog eens
reply-drop = Laat maar
reply-state-awaiting = wacht op een collega
reply-state-rejected = niet akkoord
reply-state-sending = onderweg
reply-state-by_hand = nog zelf te plaatsen
reply-state-sent = geplaatst
reply-state-refused = niet geplaatst
event-reply-waits = { $by } legde een antwoord voor aan een collega
event-reply-approved = { $by } gaf akkoord op een antwoord
event-reply-rejected = { $by } gaf een antwoord terug: { $v }
event-reply-sending = { $by } verstuurde een antwoord
event-reply-by_hand = { $by } plaatst een antwoord zelf
event-reply-dropped = { $by } liet een antwoord vallen
event-reply-refused = Het antwoord is niet geplaatst: { $v }
effect-reply = Antwoord in zaak { $n }
done-reply-offered = Antwoord verwerkt: zie hieronder hoe het ervoor staat.
done-reply-act = Gedaan.
refused-no-reply = Dit antwoord is er niet meer. Ververs de pagina.
refused-reply-past = Dit antwoord is al verder. Ververs de pagina om te zien hoe het ervoor staat.
refused-own-approval = Een ander dan de schrijver geeft akkoord. Vraag een collega.
refused-lead-approves = Een teamleider geeft akkoord op antwoorden van dit team. Vraag er een.
refused-not-your-draft = Dit antwoord is van een collega. Schrijf er zelf een.
refused-nothing-to-answer = Er staat geen bericht van de klant meer om te beantwoorden.
reply-check = De controle
reply-check-go = Controleer
done-reply-checked = Gecontroleerd en bewaard als concept.
done-reply-block = Bouwsteen toegevoegd. Je tekst is bewaard als concept.
finding-personal_data = Persoonsgegevens in een openbaar antwoord: { $v }. Haal ze weg of vraag om een privébericht.
finding-internal_note = Dit staat in een interne notitie: { $v }. Schrijf het anders.
finding-too_long = Te lang voor dit kanaal: { $v }.
finding-unfilled = Hier is niets voor in te vullen: { $v }. Schrijf het zelf.
finding-promise_without_date = Belofte zonder datum: { $v }. Noem een dag, of vink aan dat het zo kan.
finding-wrong_language = Een andere taal ({ $v }) dan die van de klant.
finding-wrong_name = Aangesproken als { $v }: zo heet de klant hier niet.
finding-review_change = Vraagt om een review aan te passen: { $v }. Platforms verbieden dat vaak.
finding-robot = Deze opening stond al boven { $n } antwoorden van de laatste maand: { $v }.
finding-unanswered = Deze vraag blijft open: { $v }
finding-typing = Nu ook aan het schrijven: { $v }.
refused-check-holds = De controle houdt dit antwoord tegen. Kijk onder de tekst wat er anders moet.
refused-check-warns = De controle waarschuwt. Vink onder de tekst aan wat zo kan, of pas het aan.
reply-blocks = Bouwstenen

## Modellen

models = Modellen
models-what = Wie beoordeelt de berichten, en wat leerde het team ze.
models-judges = Wie oordeelt
models-quick = Snel, over alles
models-stronger = Sterker, over wat dringend of onzeker is
models-stronger-none = Niet ingesteld
models-waiting = { $n ->
    [0] niets wacht
    [one] { $n } bericht wacht
   *[other] { $n } berichten wachten
 }
models-again = Oudere berichten opnieuw beoordelen
models-again-what = Met een nieuw model gaat dit vanzelf: nieuwste eerst, op de achtergrond, en na een herstart verder waar het was. Wat mensen verbeterden blijft, gesloten zaken blijven gesloten.
models-again-never = Nog niet nodig geweest.
models-again-far = { $n } van { $m } bekeken.
models-again-done = { $n ->
    [one] { $n } bericht bekeken.
   *[other] { $n } berichten bekeken.
 }
models-again-changed = { $n ->
    [0] Geen oordeel werd anders.
    [one] { $n } oordeel werd anders.
   *[other] { $n } oordelen werden anders.
 }
models-again-began = Begonnen
models-again-go = Beoordeel alles opnieuw
models-corrections = Wat het team verbeterde
models-corrections-n = { $n ->
    [0] Nog geen verbeteringen.
    [one] { $n } verbetering.
   *[other] { $n } verbeteringen.
 }
models-corrections-what = Hieruit leert een nieuw model. Een vijfde blijft apart om te meten; het model oordeelt pas als het daar en op de eigen teksten van Gehoor niet slechter is. Daarna is een herstart nodig.
models-corrections-get = Verbeteringen ophalen (JSONL)
done-judged-again = Alles wordt opnieuw beoordeeld, op de achtergrond.

## Wat niet te lezen of te gebruiken is
wrong-field = “{ $v }” klopt niet. Kies of schrijf iets anders.
wrong-case = Kies eerst een of meer zaken.
wrong-id = Een inlognaam heeft kleine letters en cijfers, en daarbinnen punten en streepjes.
wrong-name = Vul een naam in.
wrong-at = Kies een moment: datum en tijd.
wrong-mention = Kies eerst een of meer berichten.
unusable-franchisee = Een franchisenemer ziet minstens één winkel. Kies er een.
unusable-short-password = Een wachtwoord heeft minstens { $n } tekens.
unusable-login-taken = Er is al iemand met de inlognaam { $v }. Kies een andere, of wijzig die persoon in de lijst.
unusable-last-administrator = Dan kan niemand meer mensen beheren. Maak eerst iemand anders beheerder, met een wachtwoord.
unusable-silence-reason = Een stilte heeft een reden nodig.
unusable-silence-past = Een stilte eindigt in de toekomst. Kies een later moment.
unusable-nothing-to-double = Alleen van één alarm is te zien of het verdubbelt. Zet dat alarm zelf stil, of kies een moment.
unusable-silence-everything = Een stilte over alle alarmen heeft een einde nodig. Kies een regel, of een moment.
unusable-page-mark = Deze bladzijde hoort niet bij deze zoekvraag. Begin weer bij de eerste.
unusable-long-period = De periode heeft meer dan { $n } delen. Kies een kortere.
unusable-calendar = De periode ligt buiten de kalender. Kies jaren van 1 tot 9998.
query-at = Bij teken { $n }: { $v }
query-too-long = De zoekvraag is langer dan { $n } tekens. Laat iets weg.
query-too-many-words = Dit zijn meer dan { $n } woorden. Laat er een paar weg.
query-too-deep = meer dan { $n } haakjes of NIETs in elkaar. Schrijf het eenvoudiger.
query-open-quote = dit aanhalingsteken is niet gesloten. Zet er een " achter.
query-open-parenthesis = dit haakje is niet gesloten. Zet er een ) achter.
query-stray-parenthesis = dit haakje ) sluit niets. Haal het weg.
query-dangling = { $v } heeft woorden aan beide kanten nodig. Schrijf ze erbij, of zet het tussen aanhalingstekens om ernaar te zoeken.
query-no-word = hier staat geen woord om naar te zoeken.
query-bad-distance = na ~ hoort hoeveel woorden ertussen mogen staan, van 1 tot { $n }.
query-bad-prefix = voor * horen minstens twee letters of cijfers van één woord.
query-unknown-field = het veld “{ $v }” is er niet. Gebruik { $fields }, of zet het tussen aanhalingstekens om ernaar te zoeken.
query-no-value = achter “{ $v }:” hoort meteen een waarde.
query-bad-value = “{ $field }:” kan niet “{ $v }” zijn. Gebruik { $allowed }.
query-allowed-stars = een getal van 1 tot 5, of een bereik zoals 1..2 of 4..5
query-allowed-severity = 0, 1, 2 of 3
query-allowed-source = een naam van kleine letters, cijfers, streepjes en punten
query-allowed-location = een naam van kleine letters, cijfers, streepjes en punten
operator-AND = “AND” (EN)
operator-OR = “OR” (OF)
operator-NOT = “NOT” (NIET)

# Hoe ver terug en hoe zeker een soort bron hoort; in het Engels zegt de soort het zelf.
reach-app-store = De 500 nieuwste reviews per land. Wat verwijderd is en antwoorden van de maker zijn niet te zien.
reach-app-store-connect = Alles binnen het venster. Bewerkt wordt gezien op de trage ronde, verwijderd door het na te vragen.
reach-bluesky = Wat de index van het netwerk heeft, vrijwel alles. Verwijderd blijkt bij navragen; bewerken bestaat er niet.
reach-discourse = Het hele forum terug. Bewerkt wordt gezien binnen een dag, verwijderd door het na te vragen.
reach-discourse-webhook = Alleen wat vanaf nu wordt gestuurd, met bewerken en verwijderen.
reach-email = Wat in de map staat sinds `backfill_days`. Mail wordt niet bewerkt, en verwijderde mail blijft hier bewaard.
reach-facebook = Zo’n 600 berichten per jaar terug, en nieuwe reacties onder berichten van `look_back_days`. Verwijderd door het een voor een na te vragen; geen aanbevelingen.
reach-facebook-webhook = Alleen wat vanaf nu wordt gestuurd, met bewerken en verwijderen. Wat 36 uur lang niet te bezorgen is, gaat verloren.
reach-feed = Wat nu in de feed staat, vaak de laatste 10 tot 50. Verwijderd wordt niet gezien.
reach-feedback-company = Alles binnen het venster. Bewerkt wordt gezien op de trage ronde; verwijderd en antwoorden van het bedrijf niet.
reach-google-business = Alles van winkels die daar geverifieerd zijn. Bewerkt komt meteen, verwijderd door het een voor een na te vragen.
reach-google-play = Reviews met tekst die de laatste 7 dagen geschreven of bewerkt zijn. Verwijderd wordt niet gezien.
reach-hacker-news = Alles wat de zoekdienst heeft. Bewerkt wordt gezien binnen een uur, verwijderd door het na te vragen.
reach-instagram = Alle eigen berichten terug, en nieuwe reacties onder berichten van `look_back_days`. Geen vermeldingen in bijschriften; verwijderd door het een voor een na te vragen.
reach-instagram-webhook = Alleen wat vanaf nu wordt gestuurd. Bewerkt en verwijderd niet, en van een vermelding alleen dat ze er is.
reach-jetstream = Vanaf het moment dat er geluisterd wordt, en na een onderbreking zo’n 36 uur terug. Bewerkt en verwijderd worden gezien.
reach-json = Zo ver als de pagina’s gaan. Bewerkt wordt gezien op de trage ronde, verwijderd waar een veld dat zegt.
reach-kiyoh = Alles binnen het venster. Bewerkt komt meteen, verwijderd wordt niet gezien.
reach-lemmy = Wat de server ervan heeft. Bewerkt en verwijderd worden gezien binnen een dag, of door het na te vragen.
reach-mastodon = Wat de server ervan heeft. Bewerkt wordt gezien binnen een uur, en eens per dag binnen een dag; verwijderd door het een voor een na te vragen.
reach-reddit = Zo’n 1.000 berichten terug. Bewerkt wordt gezien binnen een dag; ouder en verwijderd door het na te vragen.
reach-reviews = Wat nu op de pagina staat. Verwijderd wordt niet gezien.
reach-stack-exchange = Alle vragen terug (25 pagina’s zonder sleutel). Bewerkt binnen een dag; ouder en verwijderd door het na te vragen; geen antwoorden.
reach-trustpilot = 100.000 reviews per bedrijf. Bewerkt wordt elke dag gezien op een trage ronde, verwijderd door het een voor een na te vragen.
reach-trustpilot-webhook = Niets van vroeger: alleen wat vanaf nu wordt gestuurd, en niets komt twee keer.
reach-webhook = Niets van vroeger: alleen wat vanaf nu wordt gestuurd.
reach-webwinkelkeur = Alles binnen het venster. Bewerkt en reacties worden gezien op de trage ronde, verwijderd niet.
reach-x = Zeven dagen terug (zoeken). Bewerkt en verwijderd door het na te vragen, en dat kost ook.
reach-youtube = Alle gesprekken terug. Bewerkt en late antwoorden van de laatste `sweep_days` dagen, eens per dag.
