import { openRunFolder } from './run-folder.ts'

/** Ends the processes noted in a data folder, and prints the result: `run-folder.fixture.ts <folder>`. */
const [dir = ''] = process.argv.slice(2)
console.log(
  await openRunFolder(dir)
    .endLeftovers()
    .then(
      (names) => `ended ${names.join()}`,
      (error: Error) => error.message,
    ),
)
