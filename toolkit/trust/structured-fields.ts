/** The grammar of structured fields, RFC 9651, section 3. */
const key = '[a-z*][a-z0-9_.*-]*'
const bareItem = `(?:${[
  String.raw`-?\d{1,15}(?:\.\d{1,3})?`,
  String.raw`"(?:[ !#-\[\]-~]|\\["\\])*"`,
  String.raw`[A-Za-z*][A-Za-z0-9!#$%&'*+.^_\x60|~:/-]*`,
  ':[A-Za-z0-9+/=]*:',
  String.raw`\?[01]`,
  String.raw`@-?\d{1,15}`,
  '%"[ !#-~]*"',
].join('|')})`
const parameters = `(?:; *${key}(?:=${bareItem})?)*`
const item = `${bareItem}${parameters}`
const innerList = String.raw`\( *(?:${item}(?: +${item})* *)?\)${parameters}`

/** A member and the comma after it. A dictionary must not end with a comma. */
const member = new RegExp(String.raw`(${key})(?:=(${innerList}|${item})|(${parameters}))[ \t]*(?:,[ \t]*(?!$)|$)`, 'y')
const parameter = new RegExp(`; *(${key})(?:=(${bareItem}))?`, 'y')

/**
 * Returns the members of a dictionary with their unparsed values, so that a reader can ignore those it does not need.
 * @returns undefined when it is not a dictionary or has a duplicate key, since readers could disagree on which counts
 */
export const readDictionary = (text: string): ReadonlyMap<string, string> | undefined => readAll(member, text)

/** The same for the parameters of an item or list, for example `;created=1800000000;keyid="gateway/1"`. */
export const readParameters = (text: string): ReadonlyMap<string, string> | undefined => readAll(parameter, text)

function readAll(entry: RegExp, text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>()
  for (let at = 0; at < text.length; at = entry.lastIndex) {
    entry.lastIndex = at
    const [, name, value = ''] = entry.exec(text) ?? []
    if (name === undefined || found.has(name)) return undefined
    found.set(name, value)
  }
  return found
}
