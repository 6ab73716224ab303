import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'
// What it shows to whoever opens it for the first time.
import firstDocument from '../../contracts/operations/playground.graphql?raw'

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <GraphiQL
      fetcher={createGraphiQLFetcher({ url: '/graphql' })}
      defaultQuery={firstDocument}
      // An access token is pasted there. It is kept in the browser over a reload; the playground is not in production.
      isHeadersEditorEnabled
      shouldPersistHeaders
    />,
  )
