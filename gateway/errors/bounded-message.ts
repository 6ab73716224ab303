/** In UTF-16 code units; without control characters each takes at most three bytes of JSON. */
const MOST = 500

// biome-ignore lint/suspicious/noControlCharactersInRegex: the regex must find them
const CONTROL = /[\u0000-\u001f\u007f]/g

/** Characters kept from each end of a longer message: the reason may come at the end, after a quote. */
const KEPT = (MOST - 2) / 2

/** Cuts a message to at most 500 characters: it may quote input of any length. */
export function boundedMessage(message: string): string {
  const short = message.length > MOST ? `${message.slice(0, KEPT)}…${message.slice(-KEPT)}` : message
  // An unpaired surrogate, cut or sent, and a control character take six bytes each in JSON.
  return short.toWellFormed().replace(CONTROL, ' ')
}
