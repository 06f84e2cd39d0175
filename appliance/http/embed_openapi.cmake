# The files of openapi/, one after the other in the order of their names, are the contract. They become
# a string literal, so that the binary serves the contract it was built with.
function(embed_openapi target)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/openapi_text.cpp)
  file(GLOB_RECURSE parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/http/openapi/*.yaml)
  list(SORT parts)
  set(writer ${CMAKE_CURRENT_SOURCE_DIR}/http/write_openapi_text.cmake)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUT=${generated} "-DPARTS=${parts}" -P ${writer}
    DEPENDS ${parts} ${writer} VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
