/** Whether a text is a release's version, `x.y.z`. */
export const isVersion = (text: string): boolean => /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(text)

/** Whether one version comes after another. */
export function isLater(one: string, other: string): boolean {
  const numbers = other.split('.').map(Number)
  for (const [at, number] of one.split('.').map(Number).entries())
    if (number !== numbers[at]) return number > (numbers[at] ?? 0)
  return false
}
