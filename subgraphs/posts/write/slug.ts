/** How many characters of the title a slug has at most. */
const LONGEST = 80

/** Invisible characters, among them variation selectors of emoji, which Unicode counts as marks of letters. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu

/** Letters and digits with their marks. A mark without a letter, or an enclosing mark, belongs to an emoji. */
const word = /[\p{L}\p{N}][\p{L}\p{Mn}\p{Mc}\p{N}]*/gu

/**
 * The post's name in a URL: letters and digits of any script, lower case, joined by "-", then "-" and the last 8 hex
 * digits of the id, without invisible characters. For a title without letters or digits it is those 8 digits alone.
 */
export function slugOf(title: string, id: string): string {
  const words = title.replaceAll(unseen, '').toLowerCase().normalize('NFC').match(word)?.join('-') ?? ''
  const cut = [...words].slice(0, LONGEST).join('').replace(/-+$/, '')
  const digits = id.replaceAll('-', '').slice(-8)
  return cut ? `${cut}-${digits}` : digits
}
