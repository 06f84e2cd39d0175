# openapi.yaml becomes a string literal, so that the binary serves the contract it was built with.
function(embed_openapi target)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/openapi_text.cpp)
  set(contract ${CMAKE_CURRENT_SOURCE_DIR}/http/openapi.yaml)
  set(writer ${CMAKE_CURRENT_SOURCE_DIR}/http/write_openapi_text.cmake)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUT=${generated} -DCONTRACT=${contract} -P ${writer}
    DEPENDS ${contract} ${writer} VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
