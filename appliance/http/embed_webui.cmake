# The screens of webui/ become part of the binary. They are built here, in the build folder, with
# Debian 12's node or a newer one; or come built (a release carries them); or are left out.
set(MNARA_WEBUI "auto" CACHE STRING
  "The screens: auto builds them with npm, none leaves them out, a folder holds them built")

# Builds webui/ and sets `dist` and `built` (a file that is newer than all of it) in the caller.
function(build_webui)
  find_program(NPM npm)
  if(NOT NPM)
    message(FATAL_ERROR "npm was not found. Install nodejs (18.19 or newer) and npm, or give "
      "-DMNARA_WEBUI=none, or name a folder with built screens.")
  endif()
  set(webui ${PROJECT_SOURCE_DIR}/webui)
  set(work ${CMAKE_CURRENT_BINARY_DIR}/webui)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${webui}/src/* ${webui}/public/* ${webui}/scripts/* ${webui}/*.ts ${webui}/*.html)
  list(FILTER sources EXCLUDE REGEX "/api/(schema\\.d\\.ts|contract\\.json)$")
  list(FILTER sources EXCLUDE REGEX "/node_modules/")
  set(contract ${CMAKE_CURRENT_SOURCE_DIR}/http/openapi)
  file(GLOB_RECURSE contract_parts CONFIGURE_DEPENDS ${contract}/*.yaml)
  set(package ${webui}/package.json ${webui}/package-lock.json ${webui}/.npmrc)
  # npm's own copy of the lock file is the last thing it writes.
  add_custom_command(OUTPUT ${work}/node_modules/.package-lock.json
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${CMAKE_COMMAND} -E copy ${package} ${work}
    COMMAND ${CMAKE_COMMAND} -E chdir ${work} ${NPM} ci --ignore-scripts --no-audit --no-fund
      --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${work}/node_modules/.package-lock.json
    DEPENDS ${package} COMMENT "Fetching what builds the screens" VERBATIM)
  add_custom_command(OUTPUT ${work}/dist/built.txt
    COMMAND ${CMAKE_COMMAND} -DFROM=${webui} -DTO=${work}
      -P ${CMAKE_CURRENT_SOURCE_DIR}/http/copy_webui.cmake
    COMMAND ${CMAKE_COMMAND} -E chdir ${work} ${CMAKE_COMMAND} -E env MNARA_CONTRACT=${contract}
      ${NPM} run --silent build
    DEPENDS ${sources} ${contract_parts} ${work}/node_modules/.package-lock.json
      ${CMAKE_CURRENT_SOURCE_DIR}/http/copy_webui.cmake
    COMMENT "Building the screens" VERBATIM)
  set(dist ${work}/dist PARENT_SCOPE)
  set(built ${work}/dist/built.txt PARENT_SCOPE)
endfunction()

function(embed_webui target)
  set(dist "")
  set(built "")
  if(MNARA_WEBUI STREQUAL "auto")
    build_webui()
  elseif(NOT MNARA_WEBUI STREQUAL "none")
    get_filename_component(dist ${MNARA_WEBUI} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
    if(NOT EXISTS ${dist}/index.html)
      message(FATAL_ERROR "MNARA_WEBUI=${MNARA_WEBUI}: there is no index.html in that folder.")
    endif()
    set(built ${dist}/index.html)
  endif()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/webui_files.cpp)
  set(writer ${CMAKE_CURRENT_SOURCE_DIR}/http/write_webui_files.cmake)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUT=${generated} -DDIST=${dist} -P ${writer}
    DEPENDS ${built} ${writer} VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
