/** The page on which the letters can be read: plain HTML that needs nothing from anywhere. */

import { createHash } from 'node:crypto';
import { lettersKeptMax, type SentLetter } from './letters.js';
import { visible } from './visible.js';

/** New letters appear by themselves after so long. */
const refreshSeconds = 3;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid #8888; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }
time, .channel { opacity: .7; }
h2 { font-size: 1rem; margin: .25rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .5rem 0 0; }
.note { border-left: .3rem solid #c60; padding: .25rem .75rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing may run, load or be sent from here, whatever a letter says. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  visible(text).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');

const channelNames: Readonly<Record<SentLetter['channel'], string>> = {
  sms: 'SMS',
  email: 'E-mail',
};

const article = ({ at, channel, from, to, subject, text }: SentLetter): string =>
  [
    '<article>',
    `<header><span>To <strong>${escaped(to)}</strong>`,
    `<span class="channel">${channelNames[channel]} from ${escaped(from)}</span></span>`,
    `<time>${escaped(at)}</time></header>`,
    ...(subject === null ? [] : [`<h2>${escaped(subject)}</h2>`]),
    `<pre>${escaped(text)}</pre>`,
    '</article>',
  ].join('\n');

/** The whole page, the newest letter first. */
export const mailboxPage = (letters: readonly SentLetter[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="${refreshSeconds}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox (${letters.length})</title>
<style>${style}</style>
</head>
<body>
<h1>Mailbox</h1>
<p class="note"><strong>Nothing is really sent.</strong>
SMS and e-mails that would have gone out end here, in memory: the newest ${lettersKeptMax},
until the program stops.</p>
${letters.length === 0 ? '<p>No messages yet.</p>' : letters.map(article).join('\n')}
</body>
</html>
`;
