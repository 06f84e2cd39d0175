# Run by embed_schema.cmake: writes OUT from SCRIPTS. A literal may hold 64 KiB at most, so each
# script stays one literal and is far below that.
set(main "")
set(radius "")
foreach(script IN LISTS SCRIPTS)
  file(READ ${script} text)
  if(script MATCHES "/radius/")
    string(APPEND radius "    R\"sql(${text})sql\",\n")
  else()
    string(APPEND main "    R\"sql(${text})sql\",\n")
  endif()
endforeach()
file(WRITE ${OUT} "// Made from storage/schema by write_schema_text.cmake.
#include \"storage/schema.hpp\"

namespace mnara::storage {

std::vector<std::string_view> main_schema()
{
    return {
${main}    };
}

std::vector<std::string_view> radius_schema()
{
    return {
${radius}    };
}

} // namespace mnara::storage
")
