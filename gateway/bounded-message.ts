/** In UTF-16 code units; without control characters each takes at most three bytes of JSON. */
const MOST = 500

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/g

/** Of what is longer, as many characters are kept from its end: it may quote first, and say at the end what is wrong. */
const KEPT = (MOST - 2) / 2

/** A message of at most 500 characters: what a client sent may be quoted in it, however long. */
export function boundedMessage(message: string): string {
  const short = message.length > MOST ? `${message.slice(0, KEPT)}…${message.slice(-KEPT)}` : message
  // Half a character, cut or sent so, and control characters take six bytes each.
  return short.toWellFormed().replace(CONTROL, ' ')
}
