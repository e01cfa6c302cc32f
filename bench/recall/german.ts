import type { Talk } from "./topic.ts";

export const GERMAN: Talk = {
  language: "German",
  prompts: [
    "lass die Tests noch einmal laufen und behebe, was fehlschlägt",
    "sieht gut aus, bitte committen",
    "warum ist der Build rot?",
    "räum bitte die Importe auf",
    "weiter",
    "wie hast du das getestet, und warum nicht in der Datei, die es schon gibt?",
    "was ist der Unterschied zwischen den beiden? ich dachte, wir haben uns schon einmal auf eine geeinigt",
    "wann wird das aufgerufen, und wird es nach der Änderung noch von jemandem benutzt?",
    "hatten wir das nicht schon? letzte Woche ging es noch, was ist passiert",
    "ändere noch nichts, sag mir zuerst, was du tun würdest und woran es liegt",
    "im Protokoll steht eine Warnung, welche der Module schreibt sie?",
  ],
  answers: [
    "Alle Tests laufen jetzt durch. Die Änderung ist committet.",
    "Der Build geht wieder; im Import fehlte ein Typ.",
    "Fertig. Unbenutztes ist entfernt, der Formatierer ist gelaufen.",
    "Das wird aufgerufen, wenn eine Anfrage kommt und nach der letzten; dafür gab es keinen Test, darum habe ich einen für den Fall geschrieben, nach dem du gefragt hast.",
    "Wir haben das Gleiche an zwei Stellen gehabt. Ich habe nicht geändert, was es tut, nur wo es steht, so dass alles so aussieht wie vorher.",
    "Dass es fehlschlug, lag daran, dass die Datei noch nicht da war. Jetzt passiert das nie mehr, ich habe es zehnmal laufen lassen.",
    "Es gibt zwei Wege. Für den ersten haben wir uns in den anderen Modulen entschieden, darum würde ich ihn wieder nehmen.",
  ],
  gaveUp: "Ich konnte das Problem nicht nachstellen und habe nichts geändert.",
  topics: [
    {
      prompt:
        "Kunden werden doppelt belastet, wenn sie nach einem Timeout noch einmal auf Bezahlen drücken",
      answer:
        "Die Wiederholung hat eine zweite Abbuchung angelegt. Der Client schickt jetzt mit jeder Zahlung einen Idempotenzschlüssel, und der Server gibt für bekannte Schlüssel das gespeicherte Ergebnis zurück.",
      decision: "Idempotenzschlüssel werden 24 Stunden in der Zahlungstabelle aufgehoben",
      file: "src/zahlung/abbuchung.ts",
      ask: "wie haben wir verhindert, dass eine wiederholte Zahlung doppelt abgebucht wird",
      near: {
        prompt: "zeig auf der Zahlungsquittung die letzten vier Ziffern der Karte",
        answer: "Die Quittung zeigt die Ziffern; der Zahlungsanbieter liefert sie mit.",
      },
    },
    {
      prompt: "der Warenkorb-Test flackert in der CI, aber nie bei mir",
      answer:
        "Die CI läuft in UTC und der Test verglich örtliche Tage. Er setzt jetzt seine eigene Zeitzone.",
      error: "Bash: bun test tests/warenkorb.test.ts: erwartet 2026-03-02, erhalten 2026-03-01",
      file: "tests/warenkorb.test.ts",
      ask: "Warenkorb Test Zeitzone",
      near: {
        prompt: "der Warenkorb-Test ist langsam, mach ihn schneller",
        answer: "Der Test legte für jeden Fall eine Datenbank an; jetzt teilen sich alle eine.",
      },
    },
    {
      prompt: "der Speicherverbrauch des Gateways wächst um 200 MB am Tag",
      answer:
        "Jede neue Websocket-Verbindung hängte einen Listener an, den niemand entfernte. Listener werden jetzt beim Schließen entfernt; der Heap bleibt nach 10.000 Verbindungen gleich.",
      file: "src/gateway/verbindungen.ts",
      ask: "woran lag das Speicherleck mit den Listenern im Gateway?",
      near: {
        prompt: "Websocket-Clients sehen einen 502, während das Gateway neu startet",
        answer: "Das Gateway leert seine Verbindungen, bevor es endet.",
      },
    },
    {
      prompt: "die letzte Migration hat die Bestelltabelle vier Minuten lang gesperrt",
      answer:
        "Die Spalte mit NOT NULL und veränderlichem Vorgabewert schrieb die ganze Tabelle neu. Die Migration füllt sie jetzt stapelweise und prüft die Bedingung danach, mit lock_timeout.",
      decision: "Keine Migration darf eine Tabelle mit über einer Million Zeilen neu schreiben",
      file: "db/migrationen/0042_bestellungen.sql",
      ask: "welche Regel gilt für Migrationen, die große Tabellen neu schreiben würden",
      near: {
        prompt: "schreib eine Migration für den neuen Index der Bestellungen",
        answer: "Der Index wird nebenläufig angelegt, außerhalb einer Transaktion.",
      },
    },
    {
      prompt: "Namen mit Emoji werden in der Rechnungsliste mitten im Zeichen abgeschnitten",
      answer:
        "slice() schnitt zwischen den Hälften eines Surrogatpaars. Namen werden jetzt mit Intl.Segmenter nach Graphemen gekürzt.",
      file: "src/rechnung/name.ts",
      ask: "Emoji Rechnungsliste abgeschnitten",
      near: {
        prompt: "sortiere die Rechnungsliste ohne Rücksicht auf Groß- und Kleinschreibung",
        answer: "Die Liste wird jetzt mit Intl.Collator sortiert.",
      },
    },
    {
      prompt: "jeder Docker-Build lädt alle npm-Pakete neu herunter",
      answer:
        "Das Dockerfile kopierte die Quellen vor npm ci, so dass jede Änderung die Schicht verwarf. Es kopiert jetzt zuerst die Sperrdatei, und der Zwischenspeicher greift wieder.",
      file: "docker/Dockerfile",
      ask: "warum hat Docker die zwischengespeicherte Schicht mit den Paketen nie benutzt",
      near: {
        prompt: "das Docker-Abbild hat 1,2 GB, mach es kleiner",
        answer: "Eine zweite Stufe kopiert nur die gebauten Dateien; es sind jetzt 180 MB.",
      },
    },
    {
      prompt: "Clients dürfen am Minutenwechsel doppelt so viele Anfragen schicken wie erlaubt",
      answer:
        "Der Begrenzer zählte in festen Fenstern. Ich habe ihn durch einen Token-Eimer je Schlüssel ersetzt.",
      decision: "Token-Eimer statt gleitendem Protokoll: gleich viel Speicher je Schlüssel",
      file: "src/grenzen/begrenzer.ts",
      ask: "warum haben wir uns beim Begrenzer für Token-Eimer entschieden?",
      near: {
        prompt: "gib Retry-After zurück, wenn der Begrenzer eine Anfrage ablehnt",
        answer: "Der Begrenzer sagt in Retry-After, wann die nächste Anfrage erlaubt ist.",
      },
    },
    {
      prompt: "Excel zeigt Umlaute in unserem CSV-Export als Zeichensalat",
      answer:
        "Ohne Byte-Reihenfolge-Marke hält Excel die Datei für Windows-1252. Der Export beginnt jetzt mit einem BOM.",
      file: "src/ausgabe/csv.ts",
      ask: "Umlaute Zeichensalat Excel",
      near: {
        prompt: "der CSV-Export von 100.000 Zeilen dauert eine Minute",
        answer: "Der Export gibt Zeile für Zeile aus, statt alles zu sammeln.",
      },
    },
    {
      prompt: "nach der Anmeldung mit Google landen die Leute in einer endlosen Weiterleitung",
      answer:
        "Das Sitzungscookie war SameSite=Strict, darum schickte es der Browser auf dem Rückweg nicht mit. Es ist jetzt Lax.",
      file: "src/anmeldung/cookie.ts",
      ask: "hat schon einmal jemand die endlosen Weiterleitungen nach der Google-Anmeldung behoben?",
      near: {
        prompt: "füge die Anmeldung mit GitHub neben Google hinzu",
        answer: "GitHub ist jetzt ein zweiter Anbieter.",
      },
    },
    {
      prompt: "der Parser der Konfiguration stürzt bei einer leeren Liste ab",
      answer:
        "Die Grammatik verlangte mindestens ein Element in der Klammer. Die Regel ist jetzt wahlfrei, mit Tests für verschachtelte leere Listen.",
      error: "Bash: bun test: TypeError: undefined ist kein Objekt (first.kind)",
      file: "src/konfiguration/parser.ts",
      ask: "Absturz des Parsers bei leeren Listen",
      near: {
        prompt: "der Parser soll ein Komma am Ende erlauben",
        answer: "Ein Komma vor der schließenden Klammer ist jetzt erlaubt.",
      },
    },
    {
      prompt: "wenn der Suchdienst neu startet, fallen alle Arbeiter gleichzeitig über ihn her",
      answer:
        "Alle wiederholten im Gleichtakt jede Sekunde. Sie warten jetzt exponentiell länger, mit zufälliger Streuung, höchstens eine Minute.",
      file: "src/arbeiter/wiederholung.ts",
      ask: "was haben wir gegen das gleichzeitige Wiederholen der Arbeiter nach einem Neustart getan, Streuung und so",
      near: {
        prompt: "protokolliere, wie oft die Arbeiter wiederholen",
        answer: "Jede Wiederholung wird mit dem Namen des Dienstes gezählt.",
      },
    },
    {
      prompt: "die Seite blitzt weiß auf, bevor das dunkle Thema greift",
      answer:
        "Das Thema wurde erst nach der Hydratisierung gesetzt. Ein kleines Skript im Kopf liest es vor dem ersten Zeichnen.",
      file: "src/thema/kopf.tsx",
      ask: "weißes Aufblitzen dunkles Thema",
      near: {
        prompt: "im dunklen Thema haben Tabellen zu wenig Kontrast",
        answer: "Ränder und Nebentexte der Tabellen sind im dunklen Thema heller.",
      },
    },
  ],
};
