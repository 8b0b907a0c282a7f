declare module "*.tmpl" {
  const text: string;
  export default text;
}
