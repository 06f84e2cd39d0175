# Run by embed_webui.cmake: FROM, the folder webui/ of the sources, is copied to TO. Nothing that was
# removed there stays here; node_modules is TO's own.
file(REMOVE_RECURSE ${TO}/src ${TO}/public ${TO}/scripts ${TO}/dist)
file(GLOB files ${FROM}/*.ts ${FROM}/*.html ${FROM}/package.json)
file(COPY ${files} ${FROM}/src ${FROM}/public ${FROM}/scripts DESTINATION ${TO})
