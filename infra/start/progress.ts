import { styleText } from 'node:util'

/** Prints one line per step. Colours only on a terminal. */
export function createProgress(stream: NodeJS.WriteStream) {
  const began = performance.now()
  const paint = (format: 'green' | 'red' | 'dim' | 'yellow', text: string) => styleText(format, text, { stream })
  const line = (mark: string, text: string) =>
    void stream.write(
      `${mark} ${paint('dim', `${((performance.now() - began) / 1_000).toFixed(1).padStart(5)} s`)}  ${text}\n`,
    )
  return {
    step: (text: string) => line(paint('dim', '·'), text),
    done: (text: string) => line(paint('green', '✓'), text),
    warn: (text: string) => line(paint('yellow', '!'), text),
    failed: (text: string) => line(paint('red', '✗'), text),
    text: (text: string) => void stream.write(`${text}\n`),
  }
}

export type Progress = ReturnType<typeof createProgress>
