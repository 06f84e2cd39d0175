#include "core/json.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace mnara {

namespace {

// Builds the value while counting; refuses by returning false, which ends the parse at once.
class Builder : public nlohmann::json_sax<Json>
{
public:
    explicit Builder(const JsonLimits& limits) : limits_(limits) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t, const string_t& source) override { return add(source); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return refuse("binary is not JSON"); }
    bool key(string_t& name) override
    {
        if (open_.back()->contains(name))
            return refuse("the key \"" + name + "\" comes twice");
        key_ = std::move(name);
        return true;
    }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t at, const std::string&,
                     const nlohmann::detail::exception&) override
    {
        return refuse("not JSON at byte " + std::to_string(at));
    }

    Json root;
    std::string error;

private:
    bool refuse(std::string why)
    {
        error = std::move(why);
        return false;
    }
    Json* place(Json value)
    {
        if (open_.empty()) {
            root = std::move(value);
            return &root;
        }
        Json& parent = *open_.back();
        if (parent.is_array())
            return &parent.emplace_back(std::move(value));
        return &(parent[key_] = std::move(value));
    }
    template <class Value> bool add(Value&& value)
    {
        if (++values_ > limits_.values_max)
            return refuse("too many values");
        place(Json(std::forward<Value>(value)));
        return true;
    }
    bool open(Json empty)
    {
        if (open_.size() >= limits_.depth_max)
            return refuse("nested too deep");
        if (++values_ > limits_.values_max)
            return refuse("too many values");
        open_.push_back(place(std::move(empty)));
        return true;
    }
    bool close()
    {
        open_.pop_back();
        return true;
    }

    const JsonLimits& limits_;
    std::vector<Json*> open_; // the containers around the next value, outermost first
    std::string key_;
    std::size_t values_ = 0;
};

} // namespace

Result<Json, std::string> parse_json(std::string_view text, const JsonLimits& limits)
{
    if (text.size() > limits.bytes_max)
        return refuse(std::string("too large"));
    Builder builder(limits);
    if (!Json::sax_parse(text, &builder))
        return refuse(builder.error);
    return std::move(builder.root);
}

std::string json_quote(std::string_view text)
{
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace mnara
