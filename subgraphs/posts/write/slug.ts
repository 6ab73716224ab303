/** How many characters of the title a slug has at most. */
const LONGEST = 80

/**
 * The post's name in an address: letters and digits of any script, lower case, joined by "-", then "-" and the last 8
 * hex digits of the id. A title without any letter or digit leaves those digits alone.
 */
export function slugOf(title: string, id: string): string {
  const words =
    title
      .toLowerCase()
      .normalize('NFC')
      .match(/[\p{L}\p{M}\p{N}]+/gu)
      ?.join('-') ?? ''
  const cut = [...words].slice(0, LONGEST).join('').replace(/-+$/, '')
  const digits = id.replaceAll('-', '').slice(-8)
  return cut ? `${cut}-${digits}` : digits
}
