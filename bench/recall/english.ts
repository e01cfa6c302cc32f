import type { Talk } from "./topic.ts";

export const ENGLISH: Talk = {
  language: "English",
  prompts: [
    "run the tests again and fix what fails",
    "looks good, commit it",
    "why is the build red?",
    "please clean up the imports",
    "go on",
    "how did you test this, and why not in the existing file?",
    "what is the difference between these two? I thought we had agreed on one of them",
    "when is this called, and is it still used anywhere after the change?",
    "did we have this before? it was working last week, so what happened",
    "do not change anything yet, tell me first what you would do and how",
    "there is a warning in the log, which one of the modules writes it?",
  ],
  answers: [
    "All tests pass now. I have committed the change with a short message.",
    "The build works again; a type was missing in the import.",
    "Done. I removed what nobody uses and ran the formatter.",
    "It is called when a request comes in and after each of them is done; there was no test for it, so I have added one for the case that you asked about.",
    "We had the same thing in two places. I have not changed how it behaves, only where it is, so that what you see is the same as before.",
    "Why it failed was that the file was not there when the test had started. It does not happen now, and I have run it ten times.",
    "There are two ways to do this. The first was used before and is in all of the other modules, so I would choose it again.",
  ],
  gaveUp: "I could not reproduce the problem, so I have changed nothing and stopped here.",
  topics: [
    {
      prompt: "customers get charged twice when they press pay again after a timeout",
      answer:
        "The retry created a second charge. The client now sends an idempotency key with every payment request, and the server returns the stored result for a key that it has seen.",
      decision: "Store idempotency keys for 24 hours in the payments table",
      file: "src/payments/charge.ts",
      ask: "how did we stop double charges when a payment is retried",
      near: {
        prompt: "show the last four digits of the card on the payment receipt",
        answer: "The receipt now has the digits; the payment provider sends them with the charge.",
      },
    },
    {
      prompt: "the cart test flickers in CI but never on my machine, find out why",
      answer:
        "CI runs in UTC and the test compared local dates, so it failed between midnight and two o'clock. The test sets its own time zone now.",
      error: "Bash: bun test tests/cart.test.ts: expected 2026-03-02, received 2026-03-01",
      file: "tests/cart.test.ts",
      ask: "flaky cart test time zone",
      near: {
        prompt: "the cart test is slow, make it faster",
        answer: "The cart test made a database for each case; now all cases share one.",
      },
    },
    {
      prompt: "memory of the gateway grows by 200 MB a day",
      answer:
        "Each reconnect of a websocket added another listener that was never removed. Listeners are now removed on close, and a heap snapshot after 10,000 reconnects stays flat.",
      file: "src/gateway/sockets.ts",
      ask: "what caused the memory leak in the gateway's websocket listeners?",
      near: {
        prompt: "websocket clients see a 502 while the gateway restarts",
        answer:
          "The gateway drains its sockets before it exits, so that clients reconnect elsewhere.",
      },
    },
    {
      prompt: "the last migration locked the orders table for four minutes in production",
      answer:
        "Adding the column with NOT NULL and a volatile default rewrote the whole table. The migration now adds it nullable, fills it in batches and validates the constraint afterwards, with a lock_timeout of two seconds.",
      decision: "No migration may rewrite a table with more than a million rows",
      file: "db/migrations/0042_orders_channel.sql",
      ask: "which rule did we agree on for migrations that rewrite large tables",
      near: {
        prompt: "add a migration for the new orders index",
        answer: "The index is created concurrently; the migration runs outside a transaction.",
      },
    },
    {
      prompt: "names with emoji are cut into broken characters in the invoice list",
      answer:
        "slice() cut between the two halves of a surrogate pair. Names are now cut by grapheme with Intl.Segmenter.",
      file: "src/invoices/name.ts",
      ask: "emoji surrogate invoice",
      near: {
        prompt: "sort the invoice list by name without regard to case",
        answer: "The invoice list sorts with Intl.Collator now.",
      },
    },
    {
      prompt: "every docker build downloads all npm packages anew",
      answer:
        "The Dockerfile copied the sources before npm ci, so that each change threw the layer away. It copies package.json and the lock file first, and the cache is used again: 40 seconds instead of 6 minutes.",
      file: "Dockerfile",
      ask: "why was docker not using the cached layer for npm packages",
      near: {
        prompt: "the docker image is 1.2 GB, make it smaller",
        answer: "A second stage copies only the built files; the image has 180 MB now.",
      },
    },
    {
      prompt: "clients can send twice the allowed requests at the turn of a minute",
      answer:
        "The limiter counted in fixed windows. I replaced it by a token bucket for each key, refilled at a steady pace.",
      decision: "Token bucket rather than a sliding log: constant memory for each key",
      file: "src/limits/limiter.ts",
      ask: "why did we choose a token bucket for the rate limiter?",
      near: {
        prompt: "return the Retry-After header when the limiter refuses a request",
        answer: "The limiter tells in Retry-After when the next request is allowed.",
      },
    },
    {
      prompt: "Excel shows umlauts as garbage in our CSV export",
      answer:
        "Excel takes a file without a byte order mark for Windows-1252. The export begins with a BOM now, and fields with quotes are quoted twice.",
      file: "src/export/csv.ts",
      ask: "csv export excel umlauts",
      near: {
        prompt: "the CSV export of 100,000 rows takes a minute",
        answer: "The export streams its rows instead of joining them to one text.",
      },
    },
    {
      prompt: "after signing in with Google people end up in an endless redirect",
      answer:
        "The session cookie was SameSite=Strict, so the browser didn't send it on the way back from Google. It is Lax now, and the loop is gone.",
      file: "src/auth/cookie.ts",
      ask: "has anybody fixed the endless redirect loop after the google sign-in before?",
      near: {
        prompt: "add sign in with GitHub beside Google",
        answer: "GitHub is a second provider now; both share the redirect handler.",
      },
    },
    {
      prompt: "the config parser crashes on an empty list",
      answer:
        "The grammar wanted at least one element between brackets. The rule for elements is optional now, and there are tests for nested empty lists.",
      error: "Bash: bun test: TypeError: undefined is not an object (evaluating 'first.kind')",
      file: "src/config/parser.ts",
      ask: "parser crash with empty lists in the config",
      near: {
        prompt: "let the config parser accept trailing commas",
        answer: "A comma before the closing bracket is allowed now.",
      },
    },
    {
      prompt: "when the search service restarts, all workers hammer it at once",
      answer:
        "Every worker retried each second in step. They back off exponentially with full jitter now, up to a minute.",
      file: "src/workers/retry.ts",
      ask: "workers hammering a restarted service, what did we do about backoff and jitter",
      near: {
        prompt: "log how often workers retry",
        answer: "Each retry of a worker is counted in a metric with the name of the service.",
      },
    },
    {
      prompt: "the page flashes white before dark mode is applied",
      answer:
        "The theme was set after hydration. A small inline script in the head reads the stored theme before the first paint.",
      file: "src/theme/head.tsx",
      ask: "white flash dark mode",
      near: {
        prompt: "dark mode has too little contrast in tables",
        answer: "Borders and secondary text of tables are lighter in dark mode.",
      },
    },
  ],
};
