// Serves nlp.js (npm node-nlp) to bench/nlu_nlpjs.py: one JSON object a line on stdin, one on stdout. Needs NODE_PATH.
const readline = require('readline')
const fs = require('fs')
const { NlpManager } = require('node-nlp')

let manager
let language

async function serve (asked) {
  if (asked.train) {
    language = asked.language
    manager = new NlpManager({ languages: [language], forceNER: false, autoSave: false, nlu: { log: false } })
    for (const [text, label] of asked.train) manager.addDocument(language, text, label)
    await manager.train()
    fs.writeFileSync(asked.model, manager.export(true))
    return { trained: true }
  }
  const answers = []
  for (const text of asked.texts) {
    const { classifications } = await manager.process(language, text)
    answers.push(classifications.slice(0, 3).map(one => [one.intent, one.score]))
  }
  return { answers }
}

readline.createInterface({ input: process.stdin }).on('line', async line => {
  process.stdout.write(JSON.stringify(await serve(JSON.parse(line))) + '\n')
})
console.log = console.error
