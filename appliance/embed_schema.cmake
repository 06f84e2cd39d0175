# The numbered SQL files become string literals, so that the binary carries its own schema.
function(embed_schema target)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/schema_text.cpp)
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/storage/schema/*.sql
    ${CMAKE_CURRENT_SOURCE_DIR}/storage/schema/radius/*.sql)
  list(SORT scripts)
  add_custom_command(OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DOUT=${generated} "-DSCRIPTS=${scripts}"
      -P ${CMAKE_CURRENT_SOURCE_DIR}/write_schema_text.cmake
    DEPENDS ${scripts} ${CMAKE_CURRENT_SOURCE_DIR}/write_schema_text.cmake VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
