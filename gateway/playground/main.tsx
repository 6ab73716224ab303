import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
// The first document that a new visitor sees.
import firstDocument from '../../contracts/operations/playground/first-document.graphql?raw'
import { latestAnswer, send, subscribe } from './answers.ts'

/** Below the answer: whether it contains what was written here. */
function Freshness() {
  const text = useSyncExternalStore(subscribe, latestAnswer)
  return text === '' ? null : <output style={{ display: 'block', padding: '8px 16px' }}>{text}</output>
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <GraphiQL
      fetcher={createGraphiQLFetcher({ url: '/graphql', fetch: send })}
      defaultQuery={firstDocument}
      // Users paste an access token there. The browser keeps it across reloads; the playground is not in production.
      isHeadersEditorEnabled
      shouldPersistHeaders
    >
      <GraphiQL.Footer>
        <Freshness />
      </GraphiQL.Footer>
    </GraphiQL>,
  )
