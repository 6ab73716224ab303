import { openRunFolder } from './run-folder.ts'

/** Ends what a data folder has noted, and prints what came of it: `run-folder.fixture.ts <folder>`. */
const [dir = ''] = process.argv.slice(2)
console.log(
  await openRunFolder(dir)
    .endLeftovers()
    .then(
      (names) => `ended ${names.join()}`,
      (error: Error) => error.message,
    ),
)
