# Run by embed_webui.cmake: writes OUT, which takes in every file of the folder DIST and names them in
# a sorted table. "x.gz" is the packed form of "x". Without DIST the table is empty.
set(names "")
if(DIST)
  file(GLOB_RECURSE names RELATIVE ${DIST} ${DIST}/*)
  list(FILTER names EXCLUDE REGEX "(\\.gz|^built\\.txt)$")
  list(SORT names)
endif()

set(bytes "")
set(declared "")
set(rows "")
set(number 0)

# One file as a pair of symbols in the read-only data.
function(take_in symbol path)
  string(APPEND bytes "    \".global mnara_${symbol}\\nmnara_${symbol}:\\n\"\n"
    "    \".incbin \\\"${path}\\\"\\n\"\n"
    "    \".global mnara_${symbol}_end\\nmnara_${symbol}_end:\\n.byte 0\\n\"\n")
  string(APPEND declared "extern const char mnara_${symbol}[];\n"
    "extern const char mnara_${symbol}_end[];\n")
  set(bytes "${bytes}" PARENT_SCOPE)
  set(declared "${declared}" PARENT_SCOPE)
endfunction()

foreach(name IN LISTS names)
  file(SHA256 ${DIST}/${name} hash)
  string(SUBSTRING ${hash} 0 20 hash)
  take_in(file_${number} ${DIST}/${name})
  set(packed "{}")
  if(EXISTS ${DIST}/${name}.gz)
    take_in(gzip_${number} ${DIST}/${name}.gz)
    set(packed "view(mnara_gzip_${number}, mnara_gzip_${number}_end)")
  endif()
  string(APPEND rows "        {\"${name}\", view(mnara_file_${number}, mnara_file_${number}_end),\n"
    "         ${packed}, \"${hash}\"},\n")
  math(EXPR number "${number} + 1")
endforeach()

set(assembly "")
if(names)
  set(assembly "// clang-format off
__asm__(\".pushsection .rodata\\n\"
${bytes}    \".popsection\\n\");
// clang-format on

extern \"C\" {
${declared}}
")
endif()
file(WRITE ${OUT} "// Made from the built webui/ by write_webui_files.cmake.
#include \"http/static_files.hpp\"

#include <vector>

${assembly}
namespace mnara::http {

namespace {

[[maybe_unused]] std::string_view view(const char* begin, const char* end)
{
    return {begin, static_cast<std::size_t>(end - begin)};
}

} // namespace

std::span<const StaticFile> static_files()
{
    static const std::vector<StaticFile> files{
${rows}    };
    return files;
}

} // namespace mnara::http
")
