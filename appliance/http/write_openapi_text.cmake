# Run by embed_openapi.cmake: writes OUT from PARTS, a line a literal. As hex, because CMake splits
# what it reads as text at semicolons and brackets.
foreach(part ${PARTS})
  file(READ ${part} part_hex HEX)
  string(APPEND hex ${part_hex})
endforeach()
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
string(REGEX REPLACE "(\\\\x0a)" "\\1\"\n    \"" bytes "${bytes}")
file(WRITE ${OUT} "// Made from http/openapi/ by write_openapi_text.cmake.
#include \"http/openapi.hpp\"

namespace mnara::http {

std::string_view openapi_text()
{
    return \"${bytes}\";
}

} // namespace mnara::http
")
