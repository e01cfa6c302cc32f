# Stands in for Homebrew: loads a formula as one platform sees it and prints what it says as JSON.
# Usage: ruby formula.rb <formula> <os> <arch> <folder that the program is in>
require "json"
require "pathname"

FORMULA, OS, ARCH, BIN = ARGV

class Formula
  class << self
    attr_reader :said, :test_body

    %i[desc homepage version license url sha256].each do |name|
      define_method(name) do |value|
        (@said ||= {})[name] = value
      end
    end

    def on_macos = OS == "macos" ? yield : nil
    def on_linux = OS == "linux" ? yield : nil
    def on_arm = ARCH == "arm" ? yield : nil
    def on_intel = ARCH == "intel" ? yield : nil

    def livecheck(&block)
      said[:livecheck] = Livecheck.new.tap { |it| it.instance_eval(&block) }.said
    end

    def test(&block) = @test_body = block
  end

  attr_reader :calls

  def initialize = @calls = []
  def bin = Place.new(self, "bin", BIN)
  def doc = Place.new(self, "doc", "/nowhere")
  def man1 = Place.new(self, "man1", "/nowhere")
  def testpath = Pathname.new(Dir.pwd)
  def version = self.class.said[:version]

  def generate_completions_from_executable(*words)
    @calls << ["completions", *words.map(&:to_s)]
  end

  def shell_output(command)
    output = `#{command}`
    raise "#{command} failed" unless $?.success?
    output
  end

  def assert(value) = (value or raise("not true: #{value.inspect}"))
  def refute(value) = (value and raise("not false: #{value.inspect}"))
  def assert_equal(wanted, got) = (wanted == got or raise("#{got.inspect} is not #{wanted.inspect}"))
  def assert_match(wanted, got) = (got.match?(wanted) or raise("#{got.inspect} lacks #{wanted}"))
end

class Livecheck
  attr_reader :said

  def initialize = @said = {}
  def url(value) = @said[:url] = value
  def strategy(value) = @said[:strategy] = value
end

Place = Struct.new(:formula, :name, :path) do
  def install(file) = formula.calls << [name, file]
  def /(other) = Pathname.new(path) / other
  def to_s = path
end

load FORMULA
mm = Mm.new
mm.install
mm.instance_eval(&Mm.test_body)
puts JSON.generate(Mm.said.merge(calls: mm.calls))
