/** How many characters of the title a slug has at most. */
const LONGEST = 80

/** Shows nothing: marks that choose how an emoji looks are among them, and count as marks of letters. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu

/** A letter or digit with what belongs to it. A mark without one, and a frame around one, is of an emoji. */
const word = /[\p{L}\p{N}][\p{L}\p{Mn}\p{Mc}\p{N}]*/gu

/**
 * The post's name in an address: letters and digits of any script, lower case, joined by "-", then "-" and the last 8
 * hex digits of the id; each character of it can be seen. A title without any letter or digit leaves those digits alone.
 */
export function slugOf(title: string, id: string): string {
  const words = title.replaceAll(unseen, '').toLowerCase().normalize('NFC').match(word)?.join('-') ?? ''
  const cut = [...words].slice(0, LONGEST).join('').replace(/-+$/, '')
  const digits = id.replaceAll('-', '').slice(-8)
  return cut ? `${cut}-${digits}` : digits
}
