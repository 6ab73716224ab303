/** `n` texts, each after a space. */
export const manyOf = (n: number, text: (index: number) => string): string =>
  Array.from({ length: n }, (_, index) => text(index)).join(' ')

/** A text nested in itself `n` times. */
export const nested = (n: number, around: (inner: string) => string, innermost: string): string =>
  Array.from({ length: n }).reduce<string>((inner) => around(inner), innermost)
